"""Customers, accounts and colleagues in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Integer, bindparam, delete, func, select

from journey_assistant.adapters.store_sql.audit import note_erasure
from journey_assistant.adapters.store_sql.database import Database
from journey_assistant.adapters.store_sql.rows import insert_new, of_tenant, put, row_of, value_of
from journey_assistant.adapters.store_sql.schema import OF_CUSTOMER, accounts, colleagues, customers
from journey_assistant.adapters.store_sql.schema_work import identities, jobs
from journey_assistant.domain.colleague import Colleague, ColleagueId
from journey_assistant.domain.customer import CustomerId, TenantId, address_of
from journey_assistant.errors import Conflict
from journey_assistant.ports.store import CustomerRow

# Made once: most of a short statement's cost is putting it together.
_WITH_ACCOUNT = (
    select(customers.c.id, customers.c.document, accounts.c.document.label("account"))
    .select_from(
        customers.outerjoin(
            accounts, (accounts.c.tenant_id == customers.c.tenant_id) & (accounts.c.id == customers.c.account_id)
        )
    )
    .where(customers.c.tenant_id == bindparam("of_tenant"))
    .order_by(customers.c.id)
)
_PAGE = _WITH_ACCOUNT.where(customers.c.id > bindparam("after")).limit(bindparam("most", type_=Integer))
_THESE = _WITH_ACCOUNT.where(customers.c.id.in_(bindparam("ids", expanding=True)))
ONE_WHOLE = _WITH_ACCOUNT.where(customers.c.id == bindparam("wanted"))
"""One customer (``of_tenant``, ``wanted``) for a transaction of somebody else; ``whole`` reads its row."""


class SqlCustomers:
    """Answers CustomerStore and ColleagueStore."""

    _db: Database

    async def put_customers(self, tenant: TenantId, rows: Sequence[CustomerRow]) -> None:
        """Adds or replaces customers and their accounts, in one transaction."""
        people: dict[str, dict[str, Any]] = {}
        companies: dict[str, dict[str, Any]] = {}
        for row in rows:
            document, account = _apart(row.document)
            account_id = str(account["id"]) if account else None
            person = {"tenant_id": tenant, "id": row.id, "account_id": account_id, "document": document}
            people[row.id] = person | {"email": address_of(document)}
            if account_id is not None:
                companies[account_id] = {"tenant_id": tenant, "id": account_id, "document": account}
        async with self._db.write() as connection:
            await put(connection, accounts, list(companies.values()))
            await put(connection, customers, list(people.values()))

    async def customers(
        self, tenant: TenantId, *, ids: Sequence[CustomerId] | None = None, after: str = "", limit: int = 100
    ) -> list[CustomerRow]:
        """Customers by id, each with its account inside."""
        given: dict[str, Any] = {"of_tenant": tenant}
        given |= {"after": after, "most": limit} if ids is None else {"ids": ids}
        async with self._db.scan() if ids is None else self._db.glance() as connection:
            return [whole(row) for row in await connection.execute(_PAGE if ids is None else _THESE, given)]

    async def customers_of_email(self, tenant: TenantId, address: str) -> list[CustomerRow]:
        """The customers with this address."""
        wanted = _WITH_ACCOUNT.where(customers.c.email == address.strip().casefold())
        async with self._db.glance() as connection:
            return [whole(row) for row in await connection.execute(wanted, {"of_tenant": tenant})]

    async def erase_customer(self, tenant: TenantId, customer_id: CustomerId) -> Mapping[str, int]:
        """Deletes the customer's rows, the account when nobody else has it, and on SQLite their bytes."""
        own = (customers.c.tenant_id == tenant) & (customers.c.id == customer_id)
        gone: dict[str, int] = {}
        async with self._db.write() as connection:
            # The customer first: a run that is committing for them waits here, and then finds nobody.
            account_id = await connection.scalar(select(customers.c.account_id).where(own))
            gone["customers"] = (await connection.execute(delete(customers).where(own))).rowcount
            await note_erasure(connection, tenant, customer_id)
            for table in (*OF_CUSTOMER, jobs, identities):
                theirs = (table.c.tenant_id == tenant) & (table.c.customer_id == customer_id)
                gone[table.name] = (await connection.execute(delete(table).where(theirs))).rowcount
            if account_id is not None:
                others = select(func.count()).where(
                    customers.c.tenant_id == tenant, customers.c.account_id == account_id
                )
                if not await connection.scalar(others):
                    orphan = (accounts.c.tenant_id == tenant) & (accounts.c.id == account_id)
                    gone["accounts"] = (await connection.execute(delete(accounts).where(orphan))).rowcount
        if self._db.is_sqlite and any(gone.values()):
            async with self._db.outside_transactions() as connection:
                await connection.exec_driver_sql("VACUUM")
                await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return {name: count for name, count in gone.items() if count}

    async def add_colleague(self, tenant: TenantId, colleague: Colleague) -> None:
        """Adds a colleague; Conflict when the id is taken."""
        async with self._db.write() as connection:
            if not await insert_new(connection, colleagues, [row_of(colleague, tenant)]):
                raise Conflict(f"there is already a colleague {colleague.id}")

    async def colleague(self, tenant: TenantId, colleague_id: ColleagueId) -> Colleague | None:
        """One colleague, or None."""
        async with self._db.read() as connection:
            wanted = of_tenant(colleagues, tenant).where(colleagues.c.id == colleague_id)
            row = (await connection.execute(wanted)).one_or_none()
        return value_of(Colleague, row) if row else None

    async def colleagues(self, tenant: TenantId) -> list[Colleague]:
        """All colleagues by id."""
        async with self._db.read() as connection:
            rows = await connection.execute(of_tenant(colleagues, tenant).order_by(colleagues.c.id))
            return [value_of(Colleague, row) for row in rows]


def whole(row: Any) -> CustomerRow:
    """A customer with the account inside."""
    return CustomerRow(row.id, _together(row.document, row.account))


def _apart(document: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """A customer's document without its account, and the account if it has an id of its own."""
    account = document.get("account")
    if not isinstance(account, Mapping) or not account.get("id"):
        return dict(document), None
    return {key: value for key, value in document.items() if key != "account"}, dict(account)


def _together(document: Mapping[str, Any], account: Mapping[str, Any] | None) -> dict[str, Any]:
    return dict(document) if account is None else {**document, "account": dict(account)}
