{{ ga4_events(source('ga4', 'events')) }}
