"""The web server's processes, as `manage.py serve` runs them."""

from gunicorn.workers.gthread import ThreadWorker


class Worker(ThreadWorker):
    """Give up the port as soon as a stop is asked.

    gunicorn's own keeps it until the last request is answered: whoever comes meanwhile is accepted by the
    kernel, waits, and is cut off. When it is refused at once, a proxy asks another machine.
    """

    def set_accept_enabled(self, enabled):
        super().set_accept_enabled(enabled)
        if not enabled and not self.alive:
            for listener in self.sockets:
                listener.close()
