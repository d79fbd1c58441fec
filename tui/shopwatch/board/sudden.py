"""Where there are suddenly more complaints than usual."""

from shopwatch.board.values import Value


class Sudden(Value, frozen=True):
    """Complaints of the last 24 hours that one carrier, product or topic has far more of than usual.

    id: the same for as long as it lasts. by: `carrier`, `product`, `topic`, or one with a topic, `carrier·topic`.
    key: whose they are, in words; topics: what they are about, by id. usual: the mean of a day.
    """

    id: str
    by: str
    key: str
    topics: tuple[str, ...]
    count: int
    usual: float
    words: str
    orders: tuple[str, ...] = ()
