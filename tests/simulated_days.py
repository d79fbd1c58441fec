"""The SQL that lives the days of the simulated shops, and that tells of them: see `simulation.py`.

Every order is drawn whole on the day that it is paid; what service does about it is drawn on the day that it happens.
Chance is a hash of what it is about, so that a day is the same whenever and with whatever others it is lived. Every
statement takes the `$first` of the days and the `$last`.
"""

from __future__ import annotations

# local days and clock of a zone eight hours east; a chance is above 0 and below 1
CREATE = """
CREATE MACRO chance(a, b, c) AS ((hash(a, b, c, {seed}) >> 12)::DOUBLE + 0.5) / 4503599627370496.0;
CREATE MACRO local_day(m) AS (m + 28800) // 86400;
CREATE MACRO clock(m) AS (m + 28800) % 86400;
CREATE MACRO begins(d) AS d * 86400 - 28800;
CREATE MACRO gamma3(a, b, c) AS -ln(chance(a, b, c || '1') * chance(a, b, c || '2') * chance(a, b, c || '3')) / 3;
CREATE TABLE habits (
    shop VARCHAR, day BIGINT, orders BIGINT, refuses BOOLEAN, product_rating DOUBLE, quality_returns DOUBLE,
    pickup_hours DOUBLE, on_time_delivery DOUBLE, breakage DOUBLE, audit_hours DOUBLE, reply_seconds DOUBLE,
    dissatisfied DOUBLE, platform_help DOUBLE
);
CREATE TABLE stories (
    shop VARCHAR, day BIGINT, order_id VARCHAR, paid_at BIGINT, begun_at BIGINT, picked_up_at BIGINT,
    promised_at BIGINT, delivered_at BIGINT, fault VARCHAR, applied_at BIGINT, reviewed_at BIGINT, stars DOUBLE,
    chat_at BIGINT, contact_at BIGINT, excluded BOOLEAN
);
CREATE TABLE aftersales (
    shop VARCHAR, order_id VARCHAR, kind VARCHAR, fault VARCHAR, applied_at BIGINT, begun_at BIGINT,
    audited_at BIGINT, finished_at BIGINT, succeeded BOOLEAN, excluded BOOLEAN
);
CREATE TABLE chats (
    shop VARCHAR, chat_id VARCHAR, order_id VARCHAR, started_at BIGINT, ended_at BIGINT, human BOOLEAN,
    rounds BIGINT, reply_seconds DOUBLE, stars DOUBLE
);
CREATE TABLE tickets (shop VARCHAR, order_id VARCHAR, contact_at BIGINT, opened_at BIGINT);
CREATE TABLE refusals (shop VARCHAR, happened_at BIGINT);
CREATE TABLE parts (shop VARCHAR, item VARCHAR, day BIGINT, known BIGINT, numerator DOUBLE, denominator DOUBLE);
"""

# Of 100 orders 3 are gifts, which count nowhere; 2 are undone before they are packed, 5 come back for no fault of
# the goods; 35 are reviewed, 10 asked about. A bad review costs four, two or one of the five stars.
_STORIES = """
INSERT INTO stories
WITH paid AS (
    SELECT h.*, shop || '-' || day || '-' || n AS id,
        begins(day) + (86399 * pow(chance(shop, day * 100000 + n, 'paid'), 0.8))::BIGINT AS paid_at
    FROM (SELECT *, unnest(range(orders)) AS n FROM habits WHERE day BETWEEN $first AND $last) h
), collected AS (
    SELECT *, CASE WHEN clock(paid_at) >= 64800 THEN paid_at + 108000 - clock(paid_at)
            WHEN clock(paid_at) < 21600 THEN paid_at + 21600 - clock(paid_at) ELSE paid_at END AS begun_at,
        begun_at + (gamma3(shop, id, 'picked') * pickup_hours * 3600)::BIGINT AS picked_up_at,
        begins(day + 5) - 1 AS promised_at,
        chance(shop, id, 'fault') AS f
    FROM paid
), brought AS (
    SELECT *,
        CASE WHEN chance(shop, id, 'on time') < on_time_delivery AND picked_up_at + 10800 < promised_at
            THEN picked_up_at + ((promised_at - picked_up_at) * (0.3 + 0.65 * chance(shop, id, 'road')))::BIGINT
            ELSE greatest(picked_up_at + 18000, promised_at + 3600 * (1 + 47 * chance(shop, id, 'late'))::BIGINT)
            END AS delivered_at,
        CASE WHEN f < 0.02 THEN 'cancel' WHEN f < 0.02 + 0.98 * quality_returns THEN 'quality'
            WHEN f > 1 - breakage THEN 'damage' WHEN f > 0.95 - breakage THEN 'other' END AS fault
    FROM collected
), met AS (
    SELECT *,
        CASE WHEN fault = 'cancel' THEN paid_at + 900
            WHEN fault IS NOT NULL THEN delivered_at + (86400 * 4 * chance(shop, id, 'applied'))::BIGINT
            END AS applied_at,
        CASE WHEN coalesce(fault, '') <> 'cancel' AND chance(shop, id, 'reviews') < 0.35
            THEN delivered_at + (86400 * (0.1 + 5 * chance(shop, id, 'review')))::BIGINT END AS reviewed_at,
        CASE WHEN chance(shop, id, 'stars') < 0.1 * (5 - product_rating) THEN 1.0
            WHEN chance(shop, id, 'stars') < 0.3 * (5 - product_rating) THEN 3.0
            WHEN chance(shop, id, 'stars') < 0.5 * (5 - product_rating) THEN 4.0 ELSE 5.0 END AS stars,
        CASE WHEN chance(shop, id, 'asks') < 0.1
            THEN paid_at + (86400 * 5 * chance(shop, id, 'chat'))::BIGINT END AS chat_at
    FROM brought
)
SELECT shop, day, id, paid_at, begun_at, CASE WHEN fault = 'cancel' THEN NULL ELSE picked_up_at END,
    promised_at, CASE WHEN fault = 'cancel' THEN NULL ELSE delivered_at END, fault, applied_at, reviewed_at,
    CASE WHEN reviewed_at IS NOT NULL THEN stars END, chat_at,
    least(applied_at, CASE WHEN chance(shop, id, 'human') < 0.9 THEN chat_at END), chance(shop, id, 'gift') < 0.03
FROM met
"""

_AFTERSALES = """
INSERT INTO aftersales
SELECT s.shop, order_id, kind, fault, applied_at, begun,
    CASE WHEN fault = 'cancel' THEN applied_at + 1800 ELSE begun + worked END AS audited,
    audited + CASE WHEN fault = 'cancel' OR kind = 'refund' THEN 600
        ELSE (86400 * (2 + 3 * chance(s.shop, order_id, 'back')))::BIGINT END,
    chance(s.shop, order_id, 'succeeds') < 0.93, excluded
FROM (
    SELECT s.*, CASE WHEN fault = 'cancel' OR chance(s.shop, order_id, 'kind') < 0.4 THEN 'refund' ELSE 'return' END
            AS kind,
        CASE WHEN clock(applied_at) >= 82800 THEN applied_at + 115200 - clock(applied_at)
            WHEN clock(applied_at) < 28800 THEN applied_at + 28800 - clock(applied_at) ELSE applied_at END AS begun,
        (gamma3(s.shop, order_id, 'audit') * h.audit_hours * 3600)::BIGINT AS worked
    FROM stories s JOIN habits h ON h.shop = s.shop AND h.day = local_day(applied_at)
    WHERE local_day(applied_at) BETWEEN $first AND $last
) s
"""

_CHATS = """
INSERT INTO chats
SELECT c.shop, id, order_id, started_at, started_at + 60 * rounds + 30 + replies::BIGINT, human, rounds, replies,
    CASE WHEN chance(c.shop, id, 'rates') < 0.4
        THEN CASE WHEN chance(c.shop, id, 'rated') < dissatisfied THEN 2.0 ELSE 5.0 END END
FROM (
    SELECT c.*, h.dissatisfied, 1 + (5 * chance(c.shop, id, 'rounds'))::BIGINT AS rounds,
        round(rounds * h.reply_seconds * (0.5 + chance(c.shop, id, 'replies'))) AS replies
    FROM (
        SELECT shop, 'c' || order_id AS id, order_id, chat_at AS started_at,
            chance(shop, order_id, 'human') < 0.9 AS human
        FROM stories WHERE local_day(chat_at) BETWEEN $first AND $last
        UNION ALL
        SELECT shop, shop || '-c' || day || '-' || n, NULL,
            begins(day) + 21600 + (64799 * chance(shop, day * 100000 + n, 'free'))::BIGINT,
            chance(shop, day * 100000 + n, 'by robot') < 0.9
        FROM (SELECT *, unnest(range((orders * 0.04 + chance(shop, day, 'askers'))::BIGINT)) AS n
            FROM habits WHERE day BETWEEN $first AND $last)
    ) c JOIN habits h ON h.shop = c.shop AND h.day = local_day(c.started_at)
) c
"""

# Some of those who sought the shop have no order, and turn to no marketplace; the others do so much the oftener.
_TICKETS = """
INSERT INTO tickets
SELECT s.shop, order_id, contact_at, contact_at + (86400 * (0.5 + 2 * chance(s.shop, order_id, 'pleads')))::BIGINT
FROM stories s JOIN habits h ON h.shop = s.shop AND h.day = local_day(contact_at)
WHERE local_day(contact_at) BETWEEN $first AND $last
    AND chance(s.shop, order_id, 'plea') < h.platform_help / 0.82
"""

_REFUSALS = "INSERT INTO refusals SELECT shop, begins(day) + 50000 FROM habits WHERE day BETWEEN $first AND $last AND refuses"

LIVE = (_STORIES, _AFTERSALES, _CHATS, _TICKETS, _REFUSALS)

# What each day brings to an indicator's sums: of the day that it counts for, known as that of another.
_OF_ORDERS = """
INSERT INTO parts
SELECT shop, item, local_day(m), greatest(local_day(m), local_day(known)), sum(numerator), sum(denominator) FROM (
    SELECT shop, unnest([
        {'item': 'pickup_hours', 'm': picked_up_at, 'known': picked_up_at,
         'numerator': (picked_up_at - begun_at) / 3600, 'denominator': 1},
        {'item': 'on_time_delivery', 'm': CASE WHEN delivered_at IS NULL THEN NULL ELSE promised_at END,
         'known': promised_at, 'numerator': (delivered_at <= promised_at)::DOUBLE, 'denominator': 1},
        {'item': 'product_rating', 'm': reviewed_at, 'known': reviewed_at, 'numerator': stars, 'denominator': 1},
        {'item': 'quality_returns', 'm': delivered_at, 'known': delivered_at, 'numerator': 0, 'denominator': 1},
        {'item': 'quality_returns', 'm': CASE WHEN fault = 'quality' THEN delivered_at END, 'known': applied_at,
         'numerator': 1, 'denominator': 0},
        {'item': 'breakage', 'm': paid_at, 'known': paid_at, 'numerator': 0, 'denominator': 1},
        {'item': 'breakage', 'm': CASE WHEN fault = 'damage' THEN paid_at END, 'known': applied_at,
         'numerator': 1, 'denominator': 0},
        {'item': 'platform_help', 'm': contact_at, 'known': contact_at, 'numerator': 0, 'denominator': 1}
    ], recursive := true)
    FROM stories WHERE day BETWEEN $first AND $last AND NOT excluded
) WHERE m IS NOT NULL GROUP BY ALL
"""

_OF_SERVICE = """
INSERT INTO parts
SELECT shop, item, local_day(m), greatest(local_day(m), local_day(known)), sum(numerator), sum(denominator) FROM (
    SELECT shop, 'audit_hours' AS item, finished_at AS m, finished_at AS known,
        greatest(audited_at - begun_at, 0) / 3600 AS numerator, 1 AS denominator
    FROM aftersales WHERE local_day(applied_at) BETWEEN $first AND $last AND fault <> 'cancel' AND succeeded AND NOT excluded
    UNION ALL
    SELECT shop, 'reply_seconds', started_at, ended_at, reply_seconds, rounds
    FROM chats WHERE local_day(started_at) BETWEEN $first AND $last AND human AND clock(started_at) BETWEEN 28800 AND 82799
    UNION ALL
    SELECT shop, 'dissatisfied', started_at, ended_at, (stars <= 3)::DOUBLE, 1
    FROM chats WHERE local_day(started_at) BETWEEN $first AND $last AND human AND clock(started_at) BETWEEN 28800 AND 82799
        AND stars IS NOT NULL
    UNION ALL
    SELECT shop, 'platform_help', started_at, started_at, 0, 1
    FROM chats WHERE local_day(started_at) BETWEEN $first AND $last AND human AND order_id IS NULL
    UNION ALL
    SELECT shop, 'platform_help', contact_at, opened_at, 1, 0
    FROM tickets SEMI JOIN (FROM stories WHERE NOT excluded) USING (shop, order_id)
    WHERE local_day(contact_at) BETWEEN $first AND $last
    UNION ALL
    SELECT shop, 'refused', happened_at, happened_at, 1, 0 FROM refusals WHERE local_day(happened_at) BETWEEN $first AND $last
) GROUP BY ALL
"""

PARTS = (_OF_ORDERS, _OF_SERVICE)


def _told(columns: str, table: str, key: str, *moments: str, later: str = "") -> str:
    """Return the SELECT of the records with a moment after `$since` and up to `$until`, as seen then."""
    shown = ", ".join(
        f"CASE WHEN {own} <= $until THEN {own} END AS {name}"
        for own, name in (
            moment.split(" AS ") if " AS " in moment else (moment, moment) for moment in moments
        )
    )
    changed = " OR ".join(
        f"({own} > $since AND {own} <= $until)" for own in (moment.split(" AS ")[0] for moment in moments)
    )
    return (
        f"SELECT shop, $until AS known_at, {key}, {shown}, {columns}{', ' if later else ''}{later}"
        f" FROM {table} WHERE {changed}"
    )


def _once(moment: str, expression: str, name: str) -> str:
    """Return a fact that is told from a moment on."""
    return f"CASE WHEN {moment} <= $until THEN {expression} END AS {name}"


_PLACES = """
(['圆通', '中通', '顺丰'])[1 + (hash(order_id, 'carrier') % 3)::INTEGER] AS carrier,
(['杭州一仓', '广州二仓'])[1 + (hash(order_id, 'warehouse') % 2)::INTEGER] AS warehouse,
(['浙江', '广东', '四川', '北京', '湖北'])[1 + (hash(order_id, 'province') % 5)::INTEGER] AS province
"""

SEEN = {
    "orders": _told(
        "paid_at + 172800 AS promised_ship_at, 5900 + (hash(order_id) % 9000)::BIGINT AS amount,"
        " shop || '-g' || (hash(order_id, 'product') % 4) AS product_id, excluded",
        "stories", "order_id", "paid_at - 60 AS created_at", "paid_at", "delivered_at + 432000 AS finished_at",
        "CASE WHEN fault = 'cancel' THEN paid_at + 2700 END AS closed_at",
    ),
    "parcels": _told(
        f"promised_at AS promised_delivery_at, {_PLACES}",
        "(FROM stories WHERE delivered_at IS NOT NULL)", "'p' || order_id AS parcel_id, order_id",
        "least(begun_at + 1800, picked_up_at) AS waybill_at", "picked_up_at", "delivered_at",
        later=_once("delivered_at", "coalesce(fault = 'damage', FALSE)", "damaged"),
    ),
    "reviews": _told(
        "stars AS product_stars", "(FROM stories WHERE reviewed_at IS NOT NULL)",
        "'r' || order_id AS review_id, order_id", "reviewed_at AS created_at",
    ),
    "aftersales": _told(
        "kind, fault <> 'cancel' AS shipped,"
        " CASE WHEN fault IN ('quality', 'damage') THEN fault ELSE 'other' END AS reason_class",
        "aftersales", "'a' || order_id AS aftersale_id, order_id", "applied_at", "audited_at", "finished_at",
        later=_once("finished_at", "succeeded", "succeeded"),
    ),
    "chats": _told(
        "human, CASE hash(chat_id) % 2 WHEN 0 THEN '小青' ELSE '阿禾' END AS agent", "chats", "chat_id, order_id",
        "started_at", "ended_at",
        later=", ".join(
            _once("ended_at", one, name)
            for one, name in (("rounds", "rounds"), ("reply_seconds", "reply_seconds"), ("0", "unanswered"),
                              ("stars", "stars"))
        ),
    ),
    "tickets": _told(
        "'platform_help' AS kind", "tickets", "'t' || order_id AS ticket_id, order_id", "opened_at",
    ),
    "events": _told(
        "'invoice_refused' AS kind, -2.0 AS points", "refusals", "shop || '-' || happened_at AS event_id",
        "happened_at",
    ),
}  # fmt: skip
