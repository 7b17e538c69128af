# What proxies are told.
gateway-stranger = Diese Frage kommt von { $address }; das ist keiner der vertrauten Proxys. Wenn dort dein Reverse-Proxy steht, trag die Adresse in LATCHKEY_TRUSTED_PROXIES ein und starte neu.
gateway-header-missing = Der Reverse-Proxy hat kein { $header } geschickt. Unter Einstellungen, Reverse-Proxy stehen die Zeilen, die er braucht.
gateway-header-several = Der Reverse-Proxy hat { $header } mehrfach geschickt. Er muss ersetzen, was Browser schicken, nicht ergänzen.
gateway-header-unreadable = Der Reverse-Proxy hat ein { $header } geschickt, das nicht lesbar ist. Unter Einstellungen, Reverse-Proxy stehen die Zeilen, die er braucht.
gateway-no-public-url = Setz LATCHKEY_PUBLIC_URL, damit Menschen zur Anmeldeseite geführt werden können.

# People who are turned away.
gateway-heading = Das ist für dich nicht freigegeben
gateway-heading-nobody = Hier ist nichts eingerichtet
gateway-not-yours = { $app } ist für dich nicht freigegeben.
gateway-owner-only = Dieser Teil von { $app } ist nur für den Besitzer.
gateway-token-limited = Das Anmelde-Token dieses Geräts öffnet { $app } nicht, oder es darf nur ansehen und nichts ändern.
gateway-other-person = Dieser Link meldet jemand anderen an, als in diesem Browser angemeldet ist. Melde dich zuerst ab und öffne den Link dann noch einmal.
gateway-unknown-host = Unter { $host } ist keine App eingerichtet. Wer das hier betreibt, kann sie unter Einstellungen, Apps hinzufügen.
gateway-you-are = Du bist angemeldet als { $name }.
gateway-ask = Wenn du meinst, dass du hineindarfst, frag { $owner }.
gateway-to-home = Zu { $site }

# On the way to an app.
gateway-no-address = Das ist keine Adresse einer App.
gateway-no-app = Unter { $host } ist keine App eingerichtet.
gateway-plain-http = { $host } würde ohne https geöffnet; dort ist deine Anmeldung nicht sicher. Öffne es mit https.
gateway-in-circles = { $host } hat dich immer wieder zurückgeschickt: Deine Anmeldung kommt dort nicht an. Prüf, ob dein Browser Cookies annimmt; wer das hier betreibt, kann den Reverse-Proxy unter Einstellungen, Reverse-Proxy prüfen.
