"""The areas, in the order in which a fault in one hides what is wrong in the next."""

from collections.abc import Iterator, Mapping

from orchestration.doctor import clone, environment, places, raw_data
from orchestration.doctor.findings import Finding, error
from orchestration.settings import Settings, SettingsError


def examine(variables: Mapping[str, str]) -> Iterator[Finding]:
    """Everything, one finding after the other; what needs settings is left out where there are none.

    Args:
        variables: the environment's variables.
    """
    yield from environment.python()
    yield from environment.packages()
    yield from environment.browser()
    yield from clone.repository()
    yield from clone.time_zone()
    yield from environment.variables(variables)
    try:
        settings = Settings.from_environment(variables)
    except SettingsError as problem:
        yield error(environment.VARIABLES, str(problem), "Mend it, then ask again.")
        return
    yield from places.writable(settings)
    yield from places.names(settings)
    yield from places.locks(settings)
    yield from places.space(settings)
    yield from places.leftovers(settings)
    yield from raw_data.tables(settings)
