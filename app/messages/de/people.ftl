people-denied-login-token = Du bist mit einem Anmeldetoken angemeldet. Damit lassen sich keine Personen, Passwörter oder E-Mail-Adressen ändern. Melde dich mit Plex oder einem Passwort an.
people-denied-not-yours = Du kannst nur dein eigenes Konto sehen und ändern. Bitte die Person, der dieser Server gehört, das für dich zu tun.
people-denied-not-a-manager = Das können nur Personen, die sich um andere kümmern. Frag die Person, der dieser Server gehört.
people-denied-owner = Das Besitzerkonto lässt sich nur von dort aus ändern, und niemand kann es ausschalten oder löschen.
people-denied-administrator = Administratorkonten können nur andere Administratoren und der Besitzer ändern. Frag jemanden von ihnen.
people-denied-deletes-administrator = Nur der Besitzer kann ein Administratorkonto löschen. Frag ihn.
people-denied-oneself = Das geht nicht mit deinem eigenen Konto. Bitte jemand anderen, der sich um andere kümmert.
people-denied-only-themselves = Das geht nur, wenn die Person selbst angemeldet ist.
people-denied-only-owner = Nur der Besitzer kann jemanden zum Administrator machen oder das zurücknehmen.
people-denied-lacks-permission = Du kannst nur Rechte vergeben, die du selbst hast. Frag den Besitzer.

people-wrong-email = Gib eine E-Mail-Adresse ein, zum Beispiel anna@example.com.
people-wrong-name-long = Der Name ist zu lang: höchstens { $most } Zeichen.
people-wrong-name-control = Ein Name darf keine Zeilenumbrüche oder anderen Steuerzeichen enthalten.
people-wrong-locale = Wähle eine der vorhandenen Sprachen: en oder de.
people-email-taken = Diese E-Mail-Adresse gehört schon jemandem. Nimm eine andere.
people-changed-meanwhile = Jemand anderes hat dieses Konto inzwischen geändert oder gelöscht. Es wurde nichts geändert. Lade die Seite neu.
people-too-many-at-once = Ändere höchstens { $most } Personen auf einmal.
people-wrong-number = Schick eine ganze Zahl, die nicht negativ ist.
people-wrong-permissions = Schick die Rechte als eine ganze Zahl, die nicht negativ ist.

people-title = Personen
people-everybody = Alle
people-add = Jemanden hinzufügen
people-nobody = Niemand hat das im Namen oder in der E-Mail-Adresse. Versuch es mit weniger Buchstaben.
people-search = Nach Name oder E-Mail suchen
people-search-do = Suchen
people-found = { $count ->
    [one] 1 Person gefunden.
   *[other] { $count } Personen gefunden.
}
people-show-all = Alle zeigen
people-sort = Sortieren nach
people-sort-name = Name
people-sort-created = Wer zuerst kam
people-sort-updated = Zuletzt geändert
people-pages = Seiten
people-previous = Zurück
people-next = Weiter
people-page-of = Seite { $page } von { $pages }
people-way-plex = Plex
people-way-password = Passwort
people-way-none = Noch kein Weg, sich anzumelden
people-switched-off = Ausgeschaltet
people-tick = { $name } auswählen
people-bulk = Mehrere Personen ändern
people-bulk-hint = Hake oben in der Liste Personen an und gib ihnen dann ein Recht oder nimm es weg. Ihre anderen Rechte bleiben.
people-bulk-right = Recht
people-bulk-give = Angehakten geben
people-bulk-take = Angehakten wegnehmen
people-bulk-nobody = Hake zuerst mindestens eine Person an.
people-bulk-done = { $count ->
    [0] Es war nichts zu ändern.
    [one] 1 Person wurde geändert.
   *[other] { $count } Personen wurden geändert.
}

people-all = Alle Personen
people-new = Jemanden hinzufügen
people-new-lead = Für Personen ohne Plex-Konto. Alle mit Zugriff auf den Medienserver können sich stattdessen mit Plex anmelden.
people-new-email-hint = Damit meldet sich die Person an.
people-new-password-hint = Mindestens 8 Zeichen. Lass es leer, wenn die Person selbst eines wählen soll, über einen Link von dir.
people-new-do = Hinzufügen
people-password = Passwort

people-account = Konto
people-your-account = Dein Konto
people-your-details = Deine Angaben
people-name = Name
people-name-hint = Leer: der Name bei Plex oder die E-Mail-Adresse.
people-email = E-Mail
people-email-from-plex = Kommt von Plex: Bei der nächsten Anmeldung mit Plex wird sie wieder übernommen.
people-email-by-token = Du bist mit einem Anmeldetoken angemeldet. Damit lässt sie sich nicht ändern. Melde dich dafür mit Plex oder einem Passwort an.
people-language = Sprache
people-language-of-browser = Wie im Browser eingestellt
people-save = Speichern
people-saved = Gespeichert.
people-permissions = Rechte
people-right-administrator = Administrator
people-right-administrator-allows = Darf alles, außer das Besitzerkonto zu ändern. Nur der Besitzer ernennt Administratoren.
people-right-settings = Einstellungen
people-right-settings-allows = Öffnet hier nichts: Die Einstellungen sind für Administratoren. Es bleibt für Programme erhalten, die es von Seerr kennen.
people-right-people = Kümmert sich um Personen
people-right-people-allows = Darf alle sehen, Personen hinzufügen, ihre Konten ändern, sie ausschalten und löschen.
people-other-permissions = Rechte für andere Programme, als eine Zahl: { $bits }. Sie bleiben, wie sie sind.
people-tokens = Anmeldetokens
people-end = Ausschalten oder löschen
people-switch-off = Ausschalten
people-switch-off-ask = { $name } wird sofort überall abgemeldet und kann sich nicht mehr anmelden. Anmeldetokens gelten erst wieder, wenn du { $name } wieder einschaltest.
people-switch-off-do = { $name } ausschalten
people-switch-on = Einschalten
people-switch-on-ask = { $name } kann sich wieder anmelden, und noch vorhandene Anmeldetokens gelten wieder.
people-switch-on-do = { $name } einschalten
people-delete = Löschen
people-delete-ask = { $name } wird überall abgemeldet, und das Konto verschwindet samt seinen Anmeldetokens. Das lässt sich nicht rückgängig machen.
people-delete-comes-back = Solange die Person Zugriff auf den Medienserver hat und neue Personen hereindürfen, kann sie als jemand Neues wiederkommen. Schalte sie stattdessen aus, wenn sie draußen bleiben soll.
people-delete-do = { $name } löschen
people-was-made = { $name } wurde hinzugefügt.
people-was-made-without-password = { $name } wurde hinzugefügt. Ein Passwort gibt es noch nicht: Gib der Person einen Link, mit dem sie eines wählt.
people-was-switched-off = { $name } ist ausgeschaltet.
people-was-switched-on = { $name } ist wieder eingeschaltet.
people-was-deleted = Das Konto wurde gelöscht.
