from pathlib import Path

import pytest

from journey_assistant.errors import ConfigurationError
from journey_assistant.resources import RESOURCE_NAMES, ResourceName, resource_dir

REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("name", RESOURCE_NAMES)
def test_that_a_checkout_uses_the_folder_at_its_top(name: ResourceName) -> None:
    assert resource_dir(name) == REPOSITORY / name


@pytest.mark.parametrize("name", RESOURCE_NAMES)
def test_that_an_installed_wheel_uses_the_copy_it_carries(name: ResourceName, tmp_path: Path) -> None:
    package = tmp_path / "site-packages" / "journey_assistant"
    (package / "_data" / name).mkdir(parents=True)
    assert resource_dir(name, package=package) == package / "_data" / name


def test_that_a_missing_folder_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="prompts"):
        resource_dir("prompts", package=tmp_path / "site-packages" / "journey_assistant")
