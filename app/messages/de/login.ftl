login-title = Anmelden
login-lead-plex = Melde dich mit dem Plex-Konto an, das du schon hast.
login-lead-password = Melde dich mit E-Mail-Adresse und Passwort an.
login-lead-off = Das Anmelden ist hier abgeschaltet. Frag den Besitzer.
login-with-code = Dieses Gerät stattdessen mit einem Code einrichten
login-email = E-Mail
login-password = Passwort
login-use-a-password = Mit Passwort anmelden
login-signed-out = Du bist abgemeldet.
login-link-dead = Dieser Anmeldelink funktioniert nicht mehr.
login-confirm = Du bist als <b>{ $name }</b> angemeldet. Melde dich noch einmal an, um zu bestätigen, dass du es bist.
login-other-address = An dieser Adresse kannst du nicht angemeldet bleiben, weil sie nicht verschlüsselt ist. Öffne stattdessen <b>{ $url }</b>.

login-wrong-password = Diese E-Mail-Adresse und dieses Passwort passen nicht zusammen.
login-password-off = Das Anmelden mit Passwort ist hier abgeschaltet.
