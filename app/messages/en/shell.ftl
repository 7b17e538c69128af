# What surrounds every page.
shell-skip = Skip to the content
shell-your-account = Your account
shell-sign-out = Sign out
shell-household = Household
shell-people = People
shell-settings = Settings
shell-theme = Theme
shell-theme-system = System
shell-theme-light = Light
shell-theme-dark = Dark
shell-language = Language
