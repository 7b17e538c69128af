pair-title = Dieses Gerät einrichten
pair-qr = QR-Code, der diese Seite auf deinem Telefon öffnet
pair-scan = Scanne den Code mit deinem Telefon, oder öffne dort { $address } und tippe ein:
pair-say-who-for = Sag, für wen das Gerät ist, und lass es herein.
pair-look-again = Sieh wieder hierher: Es geht von selbst weiter.
pair-waiting = Warte darauf, dass du auf deinem Telefon Ja sagst
pair-in = Dieses Gerät ist angemeldet.
pair-ended = Einen Moment…
pair-life-minutes = { $minutes ->
    [one] Dieser Code gilt noch 1 Minute.
   *[other] Dieser Code gilt noch { $minutes } Minuten.
}
pair-life-over = Dieser Code ist abgelaufen.
pair-not-let-in = Nicht hereingelassen
pair-declined = Jemand hat bei diesem Gerät Nein gesagt. War das ein Versehen, versuch es mit einem neuen Code noch einmal.
pair-new-code = Neuen Code holen

pair-tablet = Ein Tablet einrichten
pair-is-it-you = Bist du es?
pair-let-in-question = Dieses Gerät hereinlassen?
pair-device-in = Das Gerät ist drin
pair-not-for-you = Nicht für dich
pair-open-on-tablet = Öffne auf dem Tablet { $address }. Dort erscheint ein Code.
pair-code = Der Code auf dem Tablet
pair-go-on = Weiter
pair-device = Gerät
pair-address = Adresse
pair-asked = Gefragt
pair-confirm = Ein Gerät möchte herein. Melde dich zuerst noch einmal an, damit niemand anders für dich Ja sagt.
pair-sign-in-again = Noch einmal anmelden
pair-who = Für wen ist es?
pair-who-hint = Es wird unter diesem Namen angemeldet.
pair-only-if = Sag nur Ja, wenn du dieses Gerät vor dir hast.
pair-name = Wie soll es heißen?
pair-yes = Hereinlassen
pair-no = Nein
pair-another-code = Anderen Code eingeben
pair-done-you = <b>{ $device }</b> ist unter deinem Namen angemeldet. Dort geht es gleich von selbst weiter.
pair-done-other = <b>{ $device }</b> ist als <b>{ $name }</b> angemeldet. Dort geht es gleich von selbst weiter.
pair-done-lost = Geht es verloren oder gibst du es weg, widerrufe sein Anmeldetoken: Dann ist es sofort abgemeldet.
pair-done = Fertig
pair-declined-here = Das Gerät wurde nicht hereingelassen. Mehr ist nicht zu tun.
pair-another = Noch eins einrichten

pair-wrong-code = Mit diesem Code wartet kein Gerät. Codes gelten fünf Minuten und nur einmal; sieh noch einmal auf das Gerät.
pair-say-yes-or-no = Sag Ja oder Nein zu dem Gerät.
pair-say-who = Sag, für wen das Gerät ist.
pair-browser-on-system = { $browser } auf { $system }
pair-unknown-browser = Unbekannter Browser
