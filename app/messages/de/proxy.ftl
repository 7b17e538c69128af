# Was für einen Reverse Proxy geschrieben wird.
proxy-no-such = Latchkey schreibt Konfiguration für { $proxies }.
proxy-odd-path = Der Pfad { $path } einer App auf diesem Host hat Zeichen, die nicht in die Zeilen eines Proxys passen. Erlaubt sind a bis z, A bis Z, Ziffern und / . _ ~ -; oder gib der App einen eigenen Host.
proxy-own-host = Diese App ist auf dem Host von Latchkey selbst, nach dem Proxys niemanden fragen. Gib ihr einen eigenen Host.
proxy-wrong-upstream = Die eigene Adresse der App besteht aus http:// oder https://, einem Host und einem Port, etwa http://192.168.1.5:8989.

# The test of a reverse proxy.
proxy-test-wildcard = Ein Platzhalter steht für viele Hosts: Prüf eine App mit eigenem Host.
proxy-test-unreachable = { $host } hat nicht geantwortet. Prüf, ob der Name auch von dort, wo Latchkey läuft, zum Reverse-Proxy führt, und ob sein Zertifikat eines ist, dem Browser vertrauen.
proxy-test-reached = Der Reverse-Proxy antwortet.
proxy-test-refused = Der Reverse-Proxy hat gefragt und ein Nein bekommen (Status { $status }). Wenn er Latchkey gefragt hat, hat er den Pfad /.latchkey/ nicht unverändert weitergegeben; vergleich die Zeilen.
proxy-test-error = Der Reverse-Proxy hat mit einem Fehler geantwortet (Status { $status }). Sein eigenes Protokoll sagt, warum; oft erreicht er Latchkey nicht.
proxy-test-elsewhere = Der Pfad /.latchkey/ führt zur App statt zu Latchkey (Status { $status }), oder der Reverse-Proxy fragt niemanden. Vergleich die Zeilen.
proxy-test-identity = Wer jemand ist, erfährt die App nur von Latchkey.
proxy-test-forged = Die App hat einem Remote-User von außen geglaubt: Jeder könnte jeder sein. Die Zeilen für Remote-User fehlen.
proxy-test-no-identity = Die App erfährt nicht, wer jemand ist: Remote-User wird nicht weitergegeben. Die Zeilen für Remote-User fehlen.
proxy-test-not-asked = Remote-Name wird nicht weitergegeben; darum ließ sich der Rest nicht prüfen.
proxy-test-forwarded = Methode, Schema und Host kommen so an, wie der Browser sie geschickt hat.
proxy-test-forwarded-wrong = Methode, Schema oder Host kamen nicht so an, wie sie geschickt wurden; angekommen ist: { $seen }.
proxy-test-query = Pfad und Abfrage kommen Byte für Byte an.
proxy-test-query-changed = Pfad oder Abfrage wurden unterwegs verändert; angekommen ist: { $seen }.
proxy-test-address = Die Adresse des Besuchers kommt an ({ $address }).
proxy-test-address-forged = Besucher können sich aussuchen, von welcher Adresse sie kommen. Lass den Reverse-Proxy X-Forwarded-For ersetzen, und trag nur seine eigene Adresse als vertraut ein.
proxy-test-token = Anmelde-Token werden nicht an die App weitergegeben.
proxy-test-token-passed = Der Kopf X-Login-Token wird an die App weitergegeben, die ihn nicht braucht. Die Zeile, die ihn wegnimmt, fehlt.
proxy-test-own-cookie = Dieser Host bekommt ein eigenes Cookie.
proxy-test-domain = Ein einziges Cookie gilt für alle Hosts unter { $domain }.
proxy-test-domain-wrong = Die Cookie-Domain { $domain } schließt { $host } nicht ein, wo man sich anmeldet. Ändere eins von beiden.

# /settings/proxy
proxy-title = Reverse-Proxy
proxy-no-apps = Noch gibt es keine App, mit der sich prüfen ließe. Füge zuerst eine mit eigenem Host hinzu.
proxy-app = App
proxy-lines-title = Zeilen dafür
proxy-lines-hint = Was dem Reverse-Proxy zu sagen ist, damit er Latchkey fragt, mit deinen Namen darin. In docs/gateway.md steht, wozu jede Zeile da ist.
proxy-lines-no-url = Setz zuerst LATCHKEY_PUBLIC_URL: Die Zeilen führen Leute dorthin, um sich anzumelden.
proxy-upstream = Wo die App selbst ist
proxy-upstream-hint = So, wie der Reverse-Proxy sie erreicht. Bleibt es leer, haben die Zeilen eine Stelle zum Ausfüllen.
proxy-lines-do = Zeilen zeigen
proxy-lines-copy = Kopieren
proxy-test-title = Prüfen
proxy-test-hint = Latchkey öffnet die App durch den Reverse-Proxy, wie es ein Browser von außen täte, und sagt, was angekommen ist. Die App selbst bekommt davon nichts.
proxy-test-do = Prüfen
proxy-all-good = Alles ist, wie es sein soll.
proxy-some-wrong = { $count ->
    [one] Eins ist zu ändern.
   *[other] { $count } Dinge sind zu ändern.
}
proxy-good = Gut:
proxy-bad = Zu ändern:
