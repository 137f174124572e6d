"""A storm, told by a wire and by a reporter of another paper; and a reader who is told all there is."""

from fakes import World

from tidings.store.database import insert_rows, open_store

WIRE, POST, DESK = (f"https://{host}.example/rss" for host in ("wire", "post", "desk"))
STORM = (
    "A storm tore the roofs off nine schools between Saraqib and Ariha on Monday night.",
    "Teachers in Idlib held lessons in a mosque while carpenters measured the beams.",
    "The governor of Idlib promised money for timber before the end of the week.",
)
OWN_REPORT = (
    "Schools between Saraqib and Ariha lost their roofs in the storm, and nine head teachers asked Idlib's governor for timber.",
    "We counted eleven desks in the open, two of them upside down beside a flooded well.",
    "One girl recited the alphabet to our reporter while her brother held the tarpaulin over Ariha's last blackboard.",
)


def report(world: World) -> None:
    """Tell a reader every development there is, as an edition would."""
    with open_store(world.settings.data, 1) as connection:
        found = connection.execute("SELECT id FROM core.developments WHERE id NOT IN (SELECT development_id FROM core.told)").fetchall()
        columns = ("edition_id", "development_id", "recipient", "position")
        insert_rows(connection, "core.told", columns, [(str(id_), str(id_), "desk", 1) for (id_,) in found])
