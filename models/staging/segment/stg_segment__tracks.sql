{{ segment_events(source('segment', 'tracks'), 'context_page_', 'event') }}
