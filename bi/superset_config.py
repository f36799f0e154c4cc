"""Superset without calls to other hosts: point SUPERSET_CONFIG_PATH at this file, or copy from it.

The browser asks no telemetry, font or map server, since the page's own policy forbids it. The secret
key comes from the environment (SUPERSET_SECRET_KEY), where Superset itself looks for it.
"""

TALISMAN_ENABLED = True
TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],
        "font-src": ["'self'", "data:"],
        "script-src": ["'self'", "'strict-dynamic'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    # Set both to True behind a proxy that speaks https.
    "force_https": False,
    "session_cookie_secure": False,
}
