# What is wrong with an app.
apps-wrong-name = The name must have 1 to 60 characters, such as Sonarr.
apps-wrong-icon = The icon must be a character or two, such as an emoji.
apps-wrong-host = Enter a host such as sonarr.home.example, or *.home.example for all hosts below; without https://, port or path.
apps-wrong-path = Enter a path such as /wiki, or / for the whole host; plain letters, without ?, # or %.
apps-wrong-permissions = Choose permissions from the list.
apps-wrong-rules = Each exception needs a path such as /api; methods are words such as GET or POST. At most 50.
apps-too-many = There can be { $most } apps at most. Take one away first; a wildcard such as *.home.example stands for many hosts.
