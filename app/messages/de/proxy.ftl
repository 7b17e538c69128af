# Was für einen Reverse Proxy geschrieben wird.
proxy-no-such = Latchkey schreibt Konfiguration für { $proxies }.
proxy-wrong-upstream = Die eigene Adresse der App besteht aus http:// oder https://, einem Host und einem Port, etwa http://192.168.1.5:8989.

# The test of a reverse proxy.
proxy-test-wildcard = Ein Platzhalter steht für viele Hosts: Prüfen Sie eine App mit eigenem Host.
proxy-test-unreachable = { $host } hat nicht geantwortet. Prüfen Sie, ob der Name auch von dort, wo Latchkey läuft, zum Reverse Proxy führt, und ob sein Zertifikat eines ist, dem Browser vertrauen.
proxy-test-reached = Der Reverse Proxy antwortet.
proxy-test-refused = Der Reverse Proxy hat gefragt und ein Nein bekommen (Status { $status }). Wenn er Latchkey gefragt hat, hat er den Pfad /.latchkey/ nicht unverändert weitergegeben; vergleichen Sie die Zeilen.
proxy-test-error = Der Reverse Proxy hat mit einem Fehler geantwortet (Status { $status }). Sein eigenes Protokoll sagt, warum; oft erreicht er Latchkey nicht.
proxy-test-elsewhere = Der Pfad /.latchkey/ führt zur App statt zu Latchkey (Status { $status }), oder der Reverse Proxy fragt niemanden. Vergleichen Sie die Zeilen.
proxy-test-identity = Wer jemand ist, erfährt die App nur von Latchkey.
proxy-test-forged = Die App hat einem Remote-User von außen geglaubt: Jeder könnte jeder sein. Die Zeilen für Remote-User fehlen.
proxy-test-no-identity = Die App erfährt nicht, wer jemand ist: Remote-User wird nicht weitergegeben. Die Zeilen für Remote-User fehlen.
proxy-test-not-asked = Remote-Name wird nicht weitergegeben; darum ließ sich der Rest nicht prüfen.
proxy-test-forwarded = Methode, Schema und Host kommen so an, wie der Browser sie geschickt hat.
proxy-test-forwarded-wrong = Methode, Schema oder Host kamen nicht so an, wie sie geschickt wurden; angekommen ist: { $seen }.
proxy-test-query = Pfad und Abfrage kommen Byte für Byte an.
proxy-test-query-changed = Pfad oder Abfrage wurden unterwegs verändert; angekommen ist: { $seen }.
proxy-test-address = Die Adresse des Besuchers kommt an ({ $address }).
proxy-test-address-forged = Besucher können sich aussuchen, von welcher Adresse sie kommen. Lassen Sie den Reverse Proxy X-Forwarded-For ersetzen, und tragen Sie nur seine eigene Adresse als vertraut ein.
proxy-test-token = Anmelde-Token werden nicht an die App weitergegeben.
proxy-test-token-passed = Der Kopf X-Login-Token wird an die App weitergegeben, die ihn nicht braucht. Die Zeile, die ihn wegnimmt, fehlt.
proxy-test-own-cookie = Dieser Host bekommt einen eigenen Cookie.
proxy-test-domain = Ein Cookie gilt für alle Hosts unter { $domain }.
proxy-test-domain-wrong = Die Cookie-Domain { $domain } schließt { $host } nicht ein, wo man sich anmeldet. Ändern Sie eines von beiden.
