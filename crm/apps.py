from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class CrmConfig(AppConfig):
    name = "crm"
    verbose_name = "Espaces et membres"
    default = True


class HouseAdminConfig(admin_apps.AdminConfig):
    default_site = "crm.admin_site.HouseAdminSite"
    default = False
