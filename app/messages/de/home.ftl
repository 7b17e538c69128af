home-hello = Hallo, { $name }
home-apps = Deine Apps
home-attention = Darum solltest du dich kümmern
home-all-well = Nichts. Alles ist gut.
home-tablet = Ein Tablet einrichten
home-tablet-how = Ein Tablet oder Fernseher zeigt einen Code, du sagst hier Ja, und das Gerät ist angemeldet. Niemand muss dort ein Passwort eintippen.
home-account = Dein Konto
home-account-what = Dein Name, deine E-Mail-Adresse und wie du zu diesem Haushalt gehörst.
home-account-open = Dein Konto öffnen

home-no-media-server = Es ist kein Medienserver ausgewählt, also kannst nur du dich anmelden.
home-no-media-server-choose = Wähle einen deiner Plex Media Server: POST /api/v1/settings/plex mit seiner machineId.
home-no-media-server-no-plex = Latchkey wurde ohne Plex-Konto eingerichtet, also gibt es keinen Server, dessen Mitglieder hereinkommen könnten.
home-no-owner-token = Latchkey kann Plex nicht fragen, mit wem du teilst.
home-no-owner-token-advice = Melde dich ab und wieder mit Plex an. Mitglieder kommen inzwischen wie bisher herein.
home-no-public-url = Es ist keine öffentliche Adresse eingestellt.
home-no-public-url-advice = Setze LATCHKEY_PUBLIC_URL auf die Adresse, die alle benutzen, zum Beispiel https://home.example.
