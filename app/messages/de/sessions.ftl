sessions-title = Angemeldete Geräte
sessions-intro = Wo du angemeldet bist. Etwas dabei, das du nicht kennst? Melde es ab und ändere dein Passwort.
sessions-intro-of = Wo { $name } angemeldet ist.
sessions-none = Nirgends angemeldet.
sessions-this = Dieses Gerät
sessions-signed-in = Angemeldet
sessions-seen = Zuletzt gesehen
sessions-seen-from = { $ago }, von { $address }
sessions-how = Womit
sessions-by-plex = Mit Plex
sessions-by-password = Mit dem Passwort
sessions-by-token = Mit dem Anmeldetoken von { $device }
sessions-by-gone-token = Mit einem Anmeldetoken
sessions-end = Abmelden
sessions-end-of = { $device } abmelden
sessions-token-stays = Es hat ein Anmeldetoken, mit dem es zurückkommen kann. Widerruf das Token, damit es draußen bleibt.
sessions-end-others = Alle anderen Geräte abmelden
sessions-end-others-question = Alle Geräte außer diesem abmelden? Anmeldetokens bleiben: Was eins hat, kann damit zurückkommen.
sessions-end-all = Alle Geräte abmelden
sessions-end-all-question = Alle Geräte von { $name } abmelden? Anmeldetokens bleiben: Was eins hat, kann damit zurückkommen.
sessions-ended = Das Gerät ist abgemeldet.
sessions-ended-all = Die Geräte sind abgemeldet.
sessions-none-such = So ein angemeldetes Gerät gibt es nicht. Vielleicht ist es schon abgemeldet.

# Darunter die letzten Anmeldungen.
sessions-last-title = Letzte Anmeldungen
sessions-last-none = Keine, die noch bekannt ist.
sessions-by-pairing = Mit einem Handy hereingelassen
