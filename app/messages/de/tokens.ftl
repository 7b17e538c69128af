tokens-title = Anmeldetokens
tokens-intro = Für Geräte, an denen niemand tippt, etwa ein Tablet an der Wand: Jedes bekommt einen Link, der es unter deinem Namen anmeldet.
tokens-intro-of = Für Geräte, an denen niemand tippt, etwa ein Tablet an der Wand: Jedes bekommt einen Link, der es unter dem Namen { $name } anmeldet.
tokens-none-yet = Noch hat kein Gerät eins. Sag unten, wofür es ist, und das erste ist fertig.
tokens-none = Noch hat kein Gerät eins.
tokens-made = Erstellt
tokens-made-by = { $day } von { $name }
tokens-expires = Läuft ab
tokens-expired = Abgelaufen am { $day }
tokens-last-used = Zuletzt benutzt
tokens-used-from = { $ago }, von { $address }
tokens-not-yet = Noch nie
tokens-never = Nie
tokens-in-days = { $days ->
    [one] In 1 Tag
   *[other] In { $days } Tagen
}
tokens-in-years = { $years ->
    [one] In 1 Jahr
   *[other] In { $years } Jahren
}
tokens-new = Ein neues Gerät
tokens-which-device = Für welches Gerät ist es?
tokens-generate = Token erstellen
tokens-regenerate = Token erneuern
tokens-regenerate-of = Token erneuern: { $device }
tokens-regenerate-question = Das Token von { $device } erneuern? Das alte gilt sofort nicht mehr, und was damit angemeldet ist, wird abgemeldet.
tokens-revoke = Widerrufen
tokens-revoke-of = Widerrufen: Token von { $device }
tokens-revoke-token = Token widerrufen
tokens-revoke-question = Das Token von { $device } widerrufen? Das Gerät wird sofort abgemeldet, und sein Link funktioniert nicht mehr.
tokens-shown = Das Token von { $device }
tokens-shown-new = Das neue Token von { $device }
tokens-old-stopped = Das alte gilt nicht mehr, und was damit angemeldet war, ist abgemeldet.
tokens-shown-how = Öffne den Link auf dem Gerät oder scanne damit den Code. <b>Du siehst das nur dieses eine Mal.</b>
tokens-qr = QR-Code, der das Gerät anmeldet
tokens-link = Anmeldelink
tokens-token = Token
tokens-copy-link = Link kopieren
tokens-copy-token = Token kopieren
tokens-works-for-ever = Es gilt, bis es widerrufen wird.
tokens-works-until = Es gilt bis zum { $day }.
tokens-done = Fertig
tokens-limit = Einschränken, was es darf
tokens-limit-hint = Ein eingeschränktes Gerät ändert in Latchkey nichts: Es kann ansehen und Apps öffnen.
tokens-limit-reading = Nur ansehen
tokens-limit-reading-hint = Was in einer App etwas ändern würde, wird abgewiesen.
tokens-limit-apps = Nur diese Apps
tokens-limit-apps-hint = Ohne Haken öffnet es jede App, die sein Mitglied öffnen darf.
tokens-limits = Eingeschränkt
tokens-limits-apps = nur { $apps }
tokens-limits-no-app = keine App
tokens-limits-reading = nur ansehen

tokens-none-such = Dieses Anmeldetoken gibt es nicht. Vielleicht wurde es widerrufen.
tokens-refused = Dieses Anmeldetoken gilt nicht oder nicht mehr.
tokens-send = Sende das Anmeldetoken als token.
tokens-too-many = Es gibt schon { $count } Anmeldetokens. Widerrufe eins, das nicht mehr gebraucht wird.
tokens-name-taken = Es gibt schon ein Anmeldetoken mit dem Namen { $name }. Wähle einen anderen Namen oder erneuere das vorhandene.
tokens-name-length = Gib dem Gerät einen Namen mit 1 bis { $most } Zeichen, zum Beispiel Küchentablet.
tokens-name-invisible = Der Name eines Geräts darf keine Zeilenumbrüche oder unsichtbaren Zeichen enthalten.
tokens-life = Ein Anmeldetoken gilt 1 bis 1825 Tage (fünf Jahre), oder für immer, wenn keine Zahl angegeben ist.
tokens-no-such-app = Eine App mit der Nummer { $id } gibt es nicht, also lässt sich das Token nicht darauf einschränken.
tokens-limited-changes-nothing = Das Anmeldetoken, mit dem du angemeldet bist, ist eingeschränkt: Du kannst hier ansehen, aber nichts ändern. Melde dich mit Plex oder einem Passwort an.
tokens-denied-by-login-token = Du bist mit einem Anmeldetoken angemeldet. Damit lassen sich keine Anmeldetokens erstellen, ändern oder widerrufen. Melde dich mit Plex oder einem Passwort an.
tokens-denied-setting-off = Mitglieder erstellen hier keine Anmeldetokens. Bitte den Besitzer, dir eins zu erstellen oder es zu erlauben.
tokens-denied-not-yours = Du kannst nur deine eigenen Anmeldetokens sehen und ändern.
tokens-denied-owners = Die Anmeldetokens des Besitzers kann nur der Besitzer sehen und ändern.
tokens-denied-administrators = Die Anmeldetokens von Admins können nur Admins sehen und ändern.
