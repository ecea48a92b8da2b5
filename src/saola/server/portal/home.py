"""The home page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def show(request: HttpRequest) -> HttpResponse:
    """Show the state of the country in one screen."""
    return render(request, "portal/home.html")
