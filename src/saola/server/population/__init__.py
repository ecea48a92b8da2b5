"""The population register: the items of Law 26/2023/QH15 Art. 9, with history."""
