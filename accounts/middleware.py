from accounts.services.status import tick


class StatusDayMiddleware:
    """The first request of the day in an espace moves its stored statuses to that day."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        espace = getattr(request, "espace", None)
        if (
            espace is not None
            and espace.status_day != request.today
            and tick(espace=espace, today=request.today) is not None
        ):
            espace.status_day = request.today
        return None
