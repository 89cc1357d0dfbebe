"""Finds the folders that stand at the top of a checkout, or their copies inside an installed wheel."""

from pathlib import Path
from typing import Literal, get_args

from journey_assistant.errors import ConfigurationError

ResourceName = Literal["prompts", "knowledge_base", "demo", "playbook"]
RESOURCE_NAMES: tuple[ResourceName, ...] = get_args(ResourceName)

_PACKAGE = Path(__file__).resolve().parent


def resource_dir(name: ResourceName, *, package: Path = _PACKAGE) -> Path:
    """The folder `name`: the wheel's copy if there is one, else the checkout's own.

    `package` is the folder of the installed `journey_assistant`. Raises ConfigurationError when neither
    place has the folder, which means that the installation is incomplete.
    """
    carried = package / "_data" / name
    in_checkout = package.parent.parent / name
    for folder in (carried, in_checkout):
        if folder.is_dir():
            return folder
    raise ConfigurationError(
        f"the folder {name!r} is neither in the installed package nor beside it in a checkout;"
        " install journey-assistant again"
    )
