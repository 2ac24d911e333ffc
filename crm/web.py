"""The web server's processes, as `manage.py serve` runs them."""

from importlib import import_module

from gunicorn.app.base import BaseApplication
from gunicorn.workers.gthread import ThreadWorker


class Web(BaseApplication):
    """Vigie behind gunicorn, loaded once for all its processes; settings: gunicorn's own."""

    def __init__(self, **settings):
        self._settings = {"worker_class": Worker, "preload_app": True, **settings}
        super().__init__()

    def load_config(self):
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self):
        return import_module("crm.wsgi").application


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
