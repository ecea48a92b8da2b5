"""The table of verbs: name → module in `saola.cli`, group, one line of help."""

VERBS: dict[str, tuple[str, str, str]] = {
    "serve": ("serve", "Run", "Serve the workspace's pages."),
}
