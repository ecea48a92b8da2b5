"""Pages of sign-in for people, officers and auditors, one file each."""
