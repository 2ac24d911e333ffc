from django import template

from crm.logs import request_id

register = template.Library()
register.simple_tag(request_id, name="reference")  # known without a context, as on the page of a failure
