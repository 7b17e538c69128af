# Ein Satz je Art. $own: ob es jemand bei sich selbst getan hat ("yes" oder "no").
activity-signed-in = { $who } hat sich { $reason ->
    [plex] mit Plex
    [password] mit Passwort
    [token] mit einem Anmeldetoken
    [pairing] auf einem eingelassenen Gerät
   *[other] hier
} angemeldet.
activity-signed-out = { $who } hat sich abgemeldet.
activity-sign-in-refused = { $reason ->
    [wrong-password] Für { $who } wurde ein falsches Passwort versucht.
    [unknown-account] Jemand wollte sich mit einer E-Mail-Adresse anmelden, die hier niemand hat.
    [too-many-tries] Jemand muss nach zu vielen Versuchen warten.
    [membership-ended] { $who } wurde abgewiesen: Der Medienserver wird nicht mehr geteilt.
    [no-access] { $subject } wurde abgewiesen: Dieses Plex-Konto hat keinen Zugriff auf den Medienserver.
    [invitation-pending] { $subject } wurde abgewiesen: Die Einladung zum Medienserver ist noch nicht angenommen.
    [new-people-not-let-in] { $subject } wurde abgewiesen: Neue kommen nicht von allein herein.
    [managed-profile-not-allowed] { $subject } wurde abgewiesen: Verwaltete Kinderprofile werden nicht eingelassen.
    [plex-sign-in-off] { $subject } wurde abgewiesen: Die Anmeldung mit Plex ist ausgeschaltet.
    [no-media-server] { $subject } wurde abgewiesen: Es ist noch kein Medienserver gewählt.
    [disabled] { $subject ->
        [nobody] { $who } wurde abgewiesen: hier ausgeschaltet.
       *[other] { $subject } wurde abgewiesen: hier ausgeschaltet.
    }
   *[other] Eine Anmeldung wurde abgewiesen.
}
activity-token-made = { $own ->
    [yes] { $actor } hat das Anmeldetoken „{ $subject }“ erstellt.
   *[no] { $actor } hat das Anmeldetoken „{ $subject }“ für { $who } erstellt.
}
activity-token-regenerated = { $own ->
    [yes] { $actor } hat dem Anmeldetoken „{ $subject }“ einen neuen Wert gegeben.
   *[no] { $actor } hat dem Anmeldetoken „{ $subject }“ von { $who } einen neuen Wert gegeben.
}
activity-token-revoked = { $own ->
    [yes] { $actor } hat das Anmeldetoken „{ $subject }“ widerrufen.
   *[no] { $actor } hat das Anmeldetoken „{ $subject }“ von { $who } widerrufen.
}
activity-token-new-address = Das Anmeldetoken „{ $subject }“ von { $who } wurde von einer neuen Adresse benutzt.
activity-token-refused = { $subject ->
    [nobody] Ein Anmeldetoken, das nicht funktioniert, wurde abgewiesen.
   *[other] Das Anmeldetoken „{ $subject }“ von { $who } wurde abgewiesen: Es ist abgelaufen, oder { $who } ist ausgeschaltet.
}
activity-device-approved = { $own ->
    [yes] { $actor } hat das Gerät „{ $subject }“ eingelassen.
   *[no] { $actor } hat das Gerät „{ $subject }“ für { $who } eingelassen.
}
activity-device-declined = { $actor } hat ein Gerät abgewiesen.
activity-setting-changed = { $actor } hat die Einstellung „{ $subject }“ geändert.
activity-session-secret-rotated = { $actor } hat ein neues Sitzungsgeheimnis erstellt: Alle wurden abgemeldet.
activity-app-refused = { $who } wurde nicht zu { $subject } gelassen.
activity-app-changed = { $actor } hat die App „{ $subject }“ geändert.
activity-api-key-made = { $actor } hat einen neuen API-Schlüssel erstellt.
activity-api-key-refused = Ein falscher API-Schlüssel wurde abgewiesen.

activity-denied = Diese Liste sehen nur, die sich um andere kümmern.

# Die Seite.
activity-title = Aktivität
activity-search = Suche
activity-person = Person
activity-everybody = Alle
activity-kind = Was
activity-all-kinds = Alles
activity-text = Name oder Adresse
activity-from = Von
activity-to = Bis
activity-show = Anzeigen
activity-csv = Als CSV herunterladen
activity-list = Was geschehen ist
activity-none = Nichts davon ist geschehen.
activity-kept = Die Zeilen bleiben { $days ->
    [one] 1 Tag
   *[other] { $days } Tage
} lang. Die Zeiten sind UTC.
activity-newest = Neueste
activity-older = Ältere
activity-pages = Seiten
activity-times = { $count ->
    [one] einmal
   *[other] { $count }-mal
}
activity-last = zuletzt
activity-explain = Warum?
activity-somebody = Jemand
activity-command-line = Die Kommandozeile
activity-chart-title = Anmeldungen pro Tag
activity-chart = { $count ->
    [one] 1 Anmeldung
   *[other] { $count } Anmeldungen
} in den letzten { $days } Tagen
activity-chart-table = Als Tabelle
activity-chart-day = Tag
activity-chart-count = Anmeldungen
activity-group-sign-ins = An- und Abmeldungen
activity-group-refusals = Abweisungen
activity-group-tokens = Anmeldetokens und Geräte
activity-group-people = Mitglieder
activity-group-site = Einstellungen und Geheimnisse

activity-user-made = { $actor } hat das Mitglied { $subject } hinzugefügt.
activity-user-changed = { $own ->
    [yes] { $actor } hat das eigene Konto geändert ({ $subject }).
   *[no] { $actor } hat das Konto von { $who } geändert ({ $subject }).
}
activity-user-permissions = { $actor } hat die Rechte von { $who } geändert ({ $subject }).
activity-right-given = { $right }: gegeben
activity-right-taken = { $right }: genommen
activity-right-others = für andere Programme
activity-user-switched-off = { $actor } hat { $who } ausgeschaltet.
activity-user-switched-on = { $actor } hat { $who } wieder eingeschaltet.
activity-user-deleted = { $actor } hat das Mitglied { $subject } gelöscht.
activity-wrong-filter = Ein Teil des Filters ist nicht lesbar. Tage schreibt man wie 2026-09-14; person und before sind Zahlen; kind ist ein Wort aus der Liste.
activity-password-changed = { $who } hat das eigene Passwort geändert.
activity-password-set = { $actor } hat das Passwort von { $who } gesetzt.
activity-password-refused = Für { $who } wurde ein falsches jetziges Passwort angegeben.
activity-reset-mailed = { $who } hat per E-Mail einen Link bekommen, um ein Passwort zu wählen.
activity-reset-link-made = { $actor } hat einen Link erstellt, mit dem { $who } ein Passwort wählt.
activity-password-reset = { $who } hat mit einem Link ein Passwort gewählt.
activity-plex-linked = Das Plex-Konto { $subject } wurde mit { $who } verknüpft.
activity-plex-unlinked = Das Plex-Konto { $subject } wurde von { $who } getrennt.
activity-session-ended = { $actor } hat { $who } auf einem Gerät abgemeldet ({ $subject }).
activity-sessions-ended = { $actor } hat { $who } auf anderen Geräten abgemeldet.
activity-membership-ended = Der Medienserver wird bei Plex nicht mehr mit { $who } geteilt: Anmeldungen und Tokens sind beendet.
activity-member-imported = { $actor } hat { $who } aus Plex aufgenommen.
