"""Prepared queries give what plain ones give."""

from typing import Any

from django.forms import model_to_dict

from saola.server.identity.models import Authorisation, Client, Token
from saola.server.identity.provider import client_auth, tokens
from saola.server.identity.provider.prepared import Prepared


def test_prepared_query_gives_the_same_object(person: Any, service: Any) -> None:
    """Fields, JSON, dates, related objects and missing ones are those of a queryset."""
    person.sign_in()
    token = service.redeem(service.authorise(person)["code"]).json()["access_token"]

    plain = Token.objects.get(client=service.client, kind="access")
    found = tokens.find(token)
    client = client_auth.find(service.id)

    assert found is not None
    assert plain == found
    assert model_to_dict(plain) == model_to_dict(found)
    assert found.authorisation is not None
    assert person.account.email == found.authorisation.account.email
    assert ["openid", "profile"] == found.authorisation.scopes
    assert model_to_dict(Client.objects.get(pk=client.pk)) == model_to_dict(client)
    assert service.client.organisation.name == client.organisation.name
    assert tokens.find("unknown") is None


def test_prepared_query_takes_new_values_each_time(person: Any, service: Any, plain: Any) -> None:
    """The second run of a prepared query is about its own values."""
    person.sign_in()
    query = Prepared(
        lambda account, client: Authorisation.objects.filter(account_id=account, client_id=client),
        -71,
        -72,
    )
    service.authorise(person)

    with_one = query.first(person.account.pk, service.client.pk)
    with_none = query.first(person.account.pk, plain.client.pk)

    assert with_one is not None
    assert with_none is None


def test_prepared_query_gives_every_object(person: Any, service: Any) -> None:
    """All rows are given where all are asked for, and none where there are none."""
    person.sign_in()
    service.redeem(service.authorise(person)["code"])
    query = Prepared(lambda client: Token.objects.filter(client_id=client), -73)

    found = query.every(service.client.pk)

    assert set(Token.objects.filter(client=service.client)) == set(found)
    assert [] == query.every(0)
