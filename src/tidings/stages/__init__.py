"""Hold the core: one pure file per stage. This is the pipeline as text.

```
feeds due      schedule.due_feeds(feeds, states, now)               -> requests
| fetch        web.client.Client.send_all(requests, now)            -> responses
| feed         parse.parse_feed(response, feed)             [jail]  -> parsed feed | rejection
| poll outcome schedule.read_poll(feed, state, response, parsed)    -> feed state + entries; docs/explanation/polling.md
| known        store.known_entries.known_entries(entries)           -> known entries that these may be, under whatever id
| same entry   identity.recognise(entries, known)                   -> entries under the ids they are known by
| whose, when  schedule.conclude(poll, known, now)                  -> feed state: overlap, next time; entries of somebody else held
| keep         store.polls.record_polls(polls, hashes)              transaction 1: feed states, validators, entries
                                                                    work list "read": entries whose page waits
| pages due    schedule.due_pages(waiting)                          -> pages to read, entries that another stands for
| fetch        web.client.Client.send_all(requests, now)            -> responses
| article      extract.extract_article(page, publisher, now, words) [jail] -> article with verdict | rejection; without text, if it names no topic
|              extract.article_from_entry(entry, ...)               -> the feed's own text, where the page yields nothing
| language     language.identify(text, hint)                        -> language
| topics       match.match_topics(article, matcher)                 -> statements per topic | rejection
| figures      figures.read_figures(sentence, language, published)  -> figures of each statement
| keep         store.pages.record_reads(reads)                      transaction 2: articles, versions, statements, outcomes
                                                                    work list "look again": articles whose page may have been edited
| look again     schedule.look_again_at(first seen, claimed, now)   -> when; the same pages once more, from "fetch" to "keep"
                                                                    work list "decide": articles not decided
| fingerprint  dedupe.fingerprint(article)                          -> fingerprint
| known        store.neighbours: near_by_grams, near_told, ...      -> candidates, open stories, what was told
| duplicate    dedupe.find_duplicate(article, mark, candidates)     -> duplicate link | none, with the evidence
| story        stories.assign(article, mark, open_members)          -> story
| novelty      novelty.find(statements, told, context)              -> decisions (nearest told statement, score, why), developments
|              novelty.confirm(context, topics, decisions, origins) -> independent confirmation
| record       store.record.record_decisions(decided)               transaction 3: decisions, developments, links, outcomes
| observe      report.summarise(outcomes)                           -> run report; then the snapshot is published

| due          due.due_at(recipient, last window end, now)           -> since when an edition is due | none
|              alerts.crossing(edition, rule)                       -> stories that do not wait until then | none
| taken back   corrections.find_change(told, before, after)         -> what edits made of words that earlier editions told
| digest       compose.compose(recipient, titles, window, material) -> edition, nothing in it said twice
| fold         compose.shorten, fit, leave                          -> what is shown of it -> one message per channel -> outbox, one transaction
| deliver      channels.<name>.send(payload, recipient)             delivery.lease, settle, recover, resolve: the outbox's arrows
```

Three kinds of stage:

- **Per item** (parse, extract, language, match, figures, fingerprint): one input, one output, in any order, anywhere.
- **Needs neighbours** (find_duplicate, assign, find, confirm): decides one article after the other, in order of the time
  reported (the claimed time, at most our own clock's) and then of the id. What one article says counts as told for the
  next. The order in which pages arrived, the size of batches and the number of workers change nothing. What an earlier
  run decided stands.
- **Single owner** (fetch, record, deliver): not here. `pipeline/` does it, with the stages as its only advisers.

A stage is a function of its arguments. It reads no clock (`now` is an argument), does not log, imports no other stage (only
helpers of its own, such as `_page` for extract and `figure_words` for figures), and raises nothing for bad input: a rejection is
a value with a reason. What is kept between two steps is a work list that is a query over the store, so a run may be killed
anywhere (docs/explanation/pipeline.md).
"""
