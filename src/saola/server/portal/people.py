"""Names of the groups of people that breakdowns such as `SEX=F;AGE=65+` mean."""

from saola import language

GROUPS = {
    "SEX=F": "Women",
    "SEX=M": "Men",
    "AGE=65+": "65 and older",
    "AGE=15-64": "15 to 64",
    "AGE=15-24": "15 to 24",
    "AGE=60+": "60 and older",
    "AGE=15-59": "15 to 59",
    "AGE=0-64": "Under 65",
    "AGE=-64": "Under 65",
    "URBANISATION=U": "Urban",
    "URBANISATION=URB": "Urban",
    "URBANISATION=R": "Rural",
    "URBANISATION=RUR": "Rural",
    "DISABILITY=Y": "With a disability",
    "DISABILITY=PD": "With a disability",
    "DISABILITY=N": "Without a disability",
    "DISABILITY=PWD": "Without a disability",
}


def label(breakdown: str, lang: str) -> str:
    """Name a group; the breakdown itself where its parts are unknown."""
    parts = breakdown.split(";")
    return ", ".join(language.text(GROUPS[p], lang=lang) if p in GROUPS else p for p in parts)
