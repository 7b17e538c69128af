# Was an einer App nicht stimmt.
apps-wrong-name = Der Name braucht 1 bis 60 Zeichen, zum Beispiel Sonarr.
apps-wrong-icon = Das Symbol darf aus ein, zwei Zeichen bestehen, zum Beispiel einem Emoji.
apps-wrong-host = Gib einen Host wie sonarr.home.example ein, oder *.home.example für alle Hosts darunter; ohne https://, Port oder Pfad.
apps-wrong-path = Gib einen Pfad wie /wiki ein, oder / für den ganzen Host; einfache Buchstaben, ohne ?, # oder %.
apps-wrong-permissions = Wähle Rechte aus der Liste.
apps-wrong-rules = Jede Ausnahme braucht einen Pfad wie /api; Methoden sind Wörter wie GET oder POST. Höchstens 50.
apps-too-many = Es kann höchstens { $most } Apps geben. Nimm zuerst eine weg; ein Platzhalter wie *.home.example steht für viele Hosts.
apps-wrong-taken = { $name } hat diese Adresse schon. Gib einer der beiden einen anderen Host oder Pfad.
apps-wrong-own = Das ist die Adresse von Latchkey selbst: Man müsste sich anmelden, um sich anmelden zu können. Gib die der App ein.
apps-wrong-people = Wähle Personen aus der Liste: Eine davon ist kein Mitglied.
apps-wrong-order = Gib eine ganze Zahl ein, zum Beispiel 10.
apps-none-such = Diese App gibt es nicht. Vielleicht wurde sie weggenommen.
apps-changed = Jemand anderes hat diese App inzwischen geändert. Nichts wurde gespeichert. Lies sie neu und entscheide dann.

# /settings/apps
apps-title = Apps
apps-list = Hinter dem Tor
apps-lead = Dein Reverse-Proxy fragt Latchkey, bevor er jemanden zu diesen durchlässt. Man meldet sich einmal an, für alle.
apps-none = Noch keine App. Füge die erste hinzu: wie sie heißt, unter welchem Host sie sich öffnet, und für wen.
apps-add = App hinzufügen
apps-open = Öffnen
apps-for = Für { $who }
apps-for-owner = Nur für den Besitzer
apps-who-everyone = alle im Haushalt
apps-who-home = das Plex Home
apps-who-friends = Freunde
apps-who-local = lokale Konten
apps-who-bits = alle mit der Berechtigung { $bits }
apps-exceptions-count = { $count ->
    [one] 1 Ausnahme
   *[other] { $count } Ausnahmen
}
apps-added = { $name } ist hinzugefügt.
apps-saved = { $name } ist gespeichert.
apps-removed = Die App ist weg. Ihre Adresse wird ab jetzt abgewiesen.

# Welche Regel antwortet.
apps-ask-title = Wer kommt wo hinein?
apps-ask-hint = Tipp eine Adresse ein, wie der Browser sie zeigt: Hier steht dann, welche App dort antwortet und wer hineinkommt.
apps-ask-url = Adresse
apps-ask-method = Methode
apps-ask-do = Nachsehen
apps-ask-unreadable = Das ist keine Adresse. Tipp sie ein, wie ein Browser sie zeigt, zum Beispiel https://sonarr.home.example/calendar.
apps-ask-nobody = Unter <b>{ $host }</b> ist nichts eingerichtet: Alle werden abgewiesen.
apps-ask-answers = { $apps } antwortet.
apps-ask-several = Server lesen diesen Pfad verschieden, deshalb müssen alle diese einverstanden sein: { $apps }.
apps-ask-everybody = Alle kommen hinein, ohne Anmeldung.
apps-ask-owner = Nur der Besitzer kommt hinein.
apps-ask-members = Offen für { $who }.
apps-ask-members-of-all = Wer jede davon öffnen darf, kommt hinein.
apps-ask-rule = So sagt es eine Ausnahme: { $rule }

# Was für alle gilt.
apps-shared = Für alle Apps
apps-outside-domain = Angemeldet wird unter { $host }, und das liegt nicht unter { $domain }. Jeder Browser braucht dann eine Weiterleitung mehr, um dort angemeldet zu sein. Besser, eins von beiden zu ändern.

# Eine App.
apps-new = App hinzufügen
apps-change = App ändern
apps-what = Die App
apps-name = Name
apps-name-hint = Wie man sie kennt, zum Beispiel Sonarr.
apps-icon = Symbol
apps-icon-hint = Ein Emoji; sonst der erste Buchstabe.
apps-host = Host
apps-host-hint = Zum Beispiel sonarr.home.example. *.home.example steht für jeden Host darunter, der keine eigene App hat.
apps-path = Pfad
apps-path-hint = / für den ganzen Host. Etwa /wiki, wenn andere Apps ihn mitbenutzen.
apps-order = Platz
apps-order-hint = Auf der Startseite kommen kleine Zahlen zuerst; bei gleicher Zahl geht es nach dem Namen.
apps-who = Wer sie öffnen darf
apps-who-hint = Wer mindestens einen Haken hat. Der Besitzer darf immer.
apps-who-everyone-box = Alle im Haushalt
apps-who-tiers = Danach, wie jemand dazugehört
apps-who-rights = Danach, was jemand hier darf
apps-who-people = Einzelne Personen
apps-who-no-people = Niemand heißt so.
apps-find = Personen nach Namen suchen
apps-find-do = Suchen
apps-exceptions = Ausnahmen
apps-exceptions-hint = Teile der App, die keine Anmeldung brauchen, weil Programme sie aufrufen (Webhooks, eine API mit eigenem Schlüssel), oder die nur für den Besitzer sind. Ein Pfad gilt für alles darunter; der längste, der passt, zählt. Methoden sind Wörter wie GET, POST.
apps-exception = Ausnahme { $number }
apps-exception-path = Pfad, etwa /api
apps-exception-access = Wer hineinkommt
apps-exception-open = Alle, ohne Anmeldung
apps-exception-owner = Nur der Besitzer
apps-exception-methods = Methoden (leer: alle)
apps-exceptions-more = Mehr Ausnahmen
apps-not-saved-yet = Noch ist nichts gespeichert: Was du eingegeben hast, steht unten.
apps-changed-advice = Jemand anderes hat diese App geändert, während du dabei warst. Von dir wurde nichts gespeichert. Unten steht, was du eingegeben hast: Speichere es trotzdem, oder mach mit dem anderen Stand weiter.
apps-changed-caption = Wo der andere Stand von deinem abweicht
apps-changed-empty = (leer)
apps-end = Wegnehmen
apps-delete = Diese App wegnehmen
apps-delete-ask = { $name } wegnehmen? Niemand kommt mehr durch das Tor dorthin, und die Kachel verschwindet. Die App selbst bleibt, wie sie ist.
apps-delete-do = { $name } wegnehmen
