# What is wrong with an app.
apps-wrong-name = Der Name muss 1 bis 60 Zeichen haben, etwa Sonarr.
apps-wrong-icon = Das Symbol muss aus ein, zwei Zeichen bestehen, etwa einem Emoji.
apps-wrong-host = Geben Sie einen Host wie sonarr.home.example ein, oder *.home.example für alle Hosts darunter; ohne https://, Port oder Pfad.
apps-wrong-path = Geben Sie einen Pfad wie /wiki ein, oder / für den ganzen Host; einfache Buchstaben, ohne ?, # oder %.
apps-wrong-permissions = Wählen Sie Rechte aus der Liste.
apps-wrong-rules = Jede Ausnahme braucht einen Pfad wie /api; Methoden sind Wörter wie GET oder POST. Höchstens 50.
apps-too-many = Es kann höchstens { $most } Apps geben. Nehmen Sie zuerst eine weg; ein Platzhalter wie *.home.example steht für viele Hosts.
