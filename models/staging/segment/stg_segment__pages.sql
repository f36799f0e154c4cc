{{ segment_events(source('segment', 'pages'), '') }}
