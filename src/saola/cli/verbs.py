"""The table of verbs: name → module in `saola.cli`, group, one line of help."""

VERBS: dict[str, tuple[str, str, str]] = {
    "score": ("score", "Measure", "Score and rank the units of a file."),
    "run": ("run", "Measure", "Score what the workspace holds, for the pages."),
    "frameworks": ("frameworks", "Measure", "List, show and check editions of indices."),
    "new": ("new", "Data", "Make a workspace with a template to fill."),
    "template": ("template", "Data", "Write an Excel workbook to fill."),
    "observations": ("observations", "Data", "Check, convert, import and withdraw values."),
    "units": ("units", "Data", "List, show and import what is assessed."),
    "index": ("index", "Analyse", "Build a composite indicator and audit it."),
    "demo": ("demo", "Run", "Make an invented country to look at."),
    "backup": ("backup", "Run", "Write the workspace into one archive."),
    "restore": ("restore", "Run", "Make a workspace from a backup."),
    "upgrade": ("upgrade", "Run", "Bring the workspace to the installed version."),
    "serve": ("serve", "Run", "Serve the workspace's pages."),
    "connect": ("connect", "Plan", "Plan who is connected by what, over real terrain."),
    "login": ("login", "Run", "Sign in to a server from this terminal."),
    "identity": ("identity", "Run", "Services, signing keys and officers of sign-in."),
    "log": ("log", "Run", "Export and check the audit log."),
    "check": ("check", "Run", "Check the server's settings before people use it."),
    "link": ("link", "Registers", "Find the records of one person in one file or two."),
    "population": ("population", "Registers", "Keep the population register."),
}
