{{ ga4_events(source('ga4', 'events'), only_repeated=true) }}
