-- What of links and lines may be seen. Used by views, and by publishing: published tables hold only what these give, see shown_already.sql.

-- A link without user name and password, and without the values of query parts that are named like keys (as text/urls.py does).
-- Values that look like keys go too: long runs of letters and digits, and signed tokens; and keys as long as that in a path.
CREATE OR REPLACE MACRO core.shown_url(url) AS regexp_replace(regexp_replace(regexp_replace(
    regexp_replace(url, '^([a-z][a-z0-9+.-]*:)?([/\\]{2})[^/?#\\]*@', '\1\2', 'i'),
    '([?&]([^=&#]*[_.-])?(key|api_?key|access_?key|token|auth|authkey|password|passwd|pwd|pass|secret|sig|signature|session|sessionid|sid|credential|jwt|hmac|login|email)s?([_.-][^=&#]*)?=)[^&#]+',
    '\1…', 'gi'),
    '([?&;#][^=&#;]*=)(?:eyJ[A-Za-z0-9_.-]{10,}|[A-Za-z0-9_]{20,})', '\1…', 'g'), '/[0-9a-fA-F]{32,}(/|$)', '/…\1', 'g');

-- A line of ours about a failure, which may quote a server: without mail addresses, and with links as above.
CREATE OR REPLACE MACRO core.shown_text(line) AS nullif(regexp_replace(
    regexp_replace(line, '[^\s<>@,;:"''/]+@[^\s<>@,;:"''/]+', '…', 'g'),
    '([?&][^=&#\s]*(key|token|auth|pass|pwd|secret|sig|session|sid|credential|jwt|hmac|login|email)[^=&#\s]*=)[^&#\s]+',
    '\1…', 'gi'), '');
