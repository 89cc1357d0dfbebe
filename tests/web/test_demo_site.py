from datetime import UTC, datetime

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from journey_assistant.domain.customer import CustomerId
from journey_assistant.resources import resource_dir
from journey_assistant.web.demo_site import CAST, FILES, demo_site
from journey_assistant.web.tokens import TokenKeys

KEYS = {"demo": "a secret of the demo that is long enough"}


class Wall:
    """A clock that stands still."""

    def now(self) -> datetime:
        return datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def site() -> TestClient:
    app = FastAPI()
    app.include_router(demo_site(KEYS, resource_dir("demo"), Wall()))
    return TestClient(app)


@pytest.mark.parametrize("path", ["/demo-site", "/demo-site/pricing"])
def test_that_a_page_carries_the_widget_and_runs_nothing_inline(site: TestClient, path: str) -> None:
    page = site.get(path)
    assert page.status_code == 200
    assert 'src="/widget.js"' in page.text
    assert page.text.count("<script") == page.text.count("<script src=") == 2
    assert " style=" not in page.text
    assert "script-src 'self';" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]


def test_that_the_prices_are_those_of_the_company(site: TestClient) -> None:
    page = site.get("/demo-site/pricing").text
    assert [price for price in ("€19", "€49", "€129", "€1,290") if price not in page] == []


@pytest.mark.parametrize("name", FILES)
def test_that_its_files_are_served_with_their_type(site: TestClient, name: str) -> None:
    answer = site.get(f"/demo-site/static/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == FILES[name]


def test_that_no_other_file_is_served(site: TestClient) -> None:
    assert site.get("/demo-site/static/widget.js").status_code == 404
    assert site.get("/demo-site/static/..%2fwidget.js").status_code == 404


@pytest.mark.parametrize("customer_id", [customer_id for customer_id, _ in CAST])
def test_that_a_newcomer_can_be_one_of_the_cast(site: TestClient, customer_id: str) -> None:
    token = site.post("/demo-site/token", json={"customer_id": customer_id}).json()["token"]
    claims = TokenKeys(KEYS, {"visitor": "v" * 40}, Wall()).read(token)
    assert claims.subject == CustomerId(customer_id)
    assert not claims.is_visitor


@pytest.mark.parametrize("body", [{}, {"customer_id": "c_001"}, {"customer_id": "visitor:x"}, {"customer_id": 3}, []])
def test_that_nobody_else_gets_a_token(site: TestClient, body: object) -> None:
    assert site.post("/demo-site/token", json=body).status_code == 404


def test_that_the_picker_names_everybody_of_the_cast(site: TestClient) -> None:
    page = site.get("/demo-site").text
    assert page.count("<option") == len(CAST) + 1
