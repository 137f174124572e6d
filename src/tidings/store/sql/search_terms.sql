-- How words are found: the macros by which texts and queries are folded alike (decision 0038). Written for DuckDB 1.2 and later: no
-- lambdas. Used where published files get their terms (tidings.store.terms) and where they are asked.
--
-- A text becomes units: its words, folded (lower case, without accents and Arabic vowel signs, one form of the letters that are written
-- several ways, without the Arabic article), and each Chinese or Japanese character by itself. A word of a query, or a phrase, is found
-- where its units follow each other. The index knows each unit, and each two characters that follow each other, as one number.

-- Most texts have only characters of which nothing has to be translated, and translating is what takes longest: ASCII, Latin letters with
-- accents but for Ø and ß, dashes and quotes.
CREATE OR REPLACE MACRO core.letters(line) AS CASE
    WHEN regexp_full_match(line, '[\x00-\x7F\x{A0}-\x{AC}\x{AE}-\x{D7}\x{D9}-\x{DE}\x{E0}-\x{F7}\x{F9}-\x{FF}\x{2010}-\x{2027}]*') THEN strip_accents(lower(line))
    ELSE translate(
        strip_accents(lower(translate(line, 'İIı' || chr(1600) || chr(173) || chr(8203) || chr(8204) || chr(8205), 'iii'))),
        'øłđßةىیکھٱ٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹０１２３４５６７８９', 'oldsهييكها012345678901234567890123456789'
    )
END;

-- The words of a text, folded, with one space between them.
CREATE OR REPLACE MACRO core.words_of(line) AS regexp_replace(core.letters(line), '[^\p{L}\p{M}\p{N}]+', ' ', 'g');

-- Each character of a script without spaces between words is a unit. Of Arabic the article goes, with the letters written before it, where
-- three letters or more are left: النفط and والنفط are found as نفط.
CREATE OR REPLACE MACRO core.set_apart(line) AS regexp_replace(
    ' ' || trim(regexp_replace(regexp_replace(line, '([\p{Han}\p{Hiragana}\p{Katakana}])', ' \1 ', 'g'), ' +', ' ', 'g')),
    ' (?:[وفبك]?ال|لل)(\p{Arabic}{3,})', ' \1', 'g'
);

-- The units of a text, with a space before and after each. Offsets in it mean nothing in the text. (A macro stands for its expression: what
-- is tested is the text itself, so that nothing is folded twice.)
CREATE OR REPLACE MACRO core.folded(line) AS CASE
    WHEN regexp_matches(line, '[\p{Arabic}\p{Han}\p{Hiragana}\p{Katakana}]') THEN core.set_apart(core.words_of(line)) || ' '
    ELSE ' ' || trim(core.words_of(line)) || ' '
END;

-- Two characters at a time, from a folded text without its spaces: those at even places, then those at odd ones.
CREATE OR REPLACE MACRO core.pairs(line) AS CASE
    WHEN regexp_matches(line, '[\p{Han}\p{Hiragana}\p{Katakana}]{2}') THEN list_concat(
        regexp_extract_all(line, '[\p{Han}\p{Hiragana}\p{Katakana}]{2}'),
        regexp_extract_all(
            regexp_replace(line, '(^|[^\p{Han}\p{Hiragana}\p{Katakana}])[\p{Han}\p{Hiragana}\p{Katakana}]', '\1', 'g'),
            '[\p{Han}\p{Hiragana}\p{Katakana}]{2}'
        )
    )
    ELSE []
END;

-- What the index knows of a folded text.
CREATE OR REPLACE MACRO core.terms(units) AS CASE
    WHEN regexp_matches(units, '[\p{Han}\p{Hiragana}\p{Katakana}]') THEN list_concat(string_split(trim(units), ' '), core.pairs(replace(units, ' ', '')))
    ELSE string_split(trim(units), ' ')
END;

-- What of that a query needs: a single Chinese character only where it has no neighbour.
CREATE OR REPLACE MACRO core.sought(units) AS CASE
    WHEN regexp_matches(replace(units, ' ', ''), '^[\p{Han}\p{Hiragana}\p{Katakana}]{2,}$') THEN core.pairs(replace(units, ' ', ''))
    ELSE core.terms(units)
END;

-- A term as a number of 48 bits: the same in every version of DuckDB, unlike hash().
CREATE OR REPLACE MACRO core.term_code(term) AS ('0x' || left(md5(term), 12))::BIGINT;

-- The words and phrases of a query, folded. Each has to be found.
CREATE OR REPLACE MACRO core.asked(words) AS TABLE
SELECT DISTINCT core.folded(w.word) AS units
FROM (SELECT unnest(regexp_extract_all(words::VARCHAR, '"[^"]*"|[^\s"]+')) AS word) AS w
WHERE trim(core.folded(w.word)) <> '';
