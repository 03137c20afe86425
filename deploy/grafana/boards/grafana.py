"""What a dashboard is made of: panels that place themselves, targets, variables.

A panel is a dict of Grafana's JSON model (schema 39, Grafana 10.4 and newer). Titles are what people
in Brazil read; ids count up, places flow from left to right over 24 columns.
"""

SQL = {"type": "grafana-postgresql-datasource", "uid": "carteiro-postgres"}
PROMETHEUS = {"type": "prometheus", "uid": "carteiro-prometheus"}

# hours that touch the range: the one that began before it too
HOURS = "hora > $__timeFrom()::timestamptz - interval '1 hour' and hora <= $__timeTo()::timestamptz"
WHO = "empresa in (${empresa:sqlstring})"
WHERE = f"{HOURS} and {WHO} and numero_id::text in (${{numero:sqlstring}})"
CAMPAIGN = "('${campanha:raw}' = '%' or campanha_id::text = '${campanha:raw}')"

GREEN, YELLOW, RED, BLUE, GREY = "green", "yellow", "red", "blue", "text"
OUTCOMES = {"Enviadas": BLUE, "Entregues": "semi-dark-green", "Lidas": GREEN, "Respondidas": "purple", "Falhas": "orange",
            "Erros": RED, "Canceladas": GREY, "Expiradas": YELLOW}
STATES = {"pendente": BLUE, "vencida": "orange", "pausada": YELLOW, "fora_da_janela": "purple", "processando": GREEN,
          "incerta": RED}
STATE_NAMES = {"pendente": "Agendadas (ainda não venceram)", "vencida": "Vencidas (prontas para sair)", "pausada": "Em pausa",
               "fora_da_janela": "Fora da janela de envio", "processando": "Sendo enviadas", "incerta": "Incertas"}


def sql(text, shape="table"):
    return {"datasource": SQL, "format": shape, "rawQuery": True, "editorMode": "code",
            "rawSql": " ".join(text.split())}


def series(text):
    return sql(text, "time_series")


def prom(expr, legend="", instant=False):
    return {"datasource": PROMETHEUS, "expr": " ".join(expr.split()), "legendFormat": legend or "__auto",
            "editorMode": "code", "range": not instant, "instant": instant,
            "format": "table" if instant == "table" else "time_series"}


def steps(*pairs):
    """(colour, from where on) of a threshold; the first holds from everywhere."""
    return {"mode": "absolute", "steps": [{"color": colour, "value": value} for colour, value in pairs]}


def override(name, properties, regexp=False):
    return {"matcher": {"id": "byRegexp" if regexp else "byName", "options": name},
            "properties": [{"id": key, "value": value} for key, value in properties.items()]}


def colours(names):
    return [override(name, {"color": {"mode": "fixed", "fixedColor": colour}}) for name, colour in names.items()]


def renamed(names):
    return [override(name, {"displayName": title}) for name, title in names.items()]


class _Panel:
    kind, width, height = "", 12, 8
    options = {}
    custom = {}

    def __init__(self, title, *targets, unit="short", about="", overrides=(), thresholds=None, **more):
        self.title, self.targets, self.unit, self.about = title, targets, unit, about
        self.overrides, self.thresholds, self.more = list(overrides), thresholds, more
        self.width, self.height = more.pop("w", self.width), more.pop("h", self.height)

    def json(self, number, place):
        more = dict(self.more)
        defaults = {"unit": self.unit, "custom": {**self.custom, **more.pop("custom", {})},
                    "thresholds": self.thresholds or steps((GREEN, None)),
                    "color": {"mode": "thresholds" if self.thresholds else "palette-classic"},
                    "noValue": "–", **more.pop("defaults", {})}
        panel = {"id": number, "type": self.kind, "title": self.title, "description": self.about, "gridPos": place,
                 "datasource": self.targets[0]["datasource"],
                 "targets": [{"refId": chr(ord("A") + i), **target} for i, target in enumerate(self.targets)],
                 "fieldConfig": {"defaults": defaults, "overrides": self.overrides},
                 "options": {**self.options, **more.pop("options", {})}}
        if len({target["datasource"]["uid"] for target in self.targets}) > 1:
            panel["datasource"] = {"type": "datasource", "uid": "-- Mixed --"}
        return {**panel, **more}


REDUCE = {"calcs": ["lastNotNull"], "fields": "", "values": False}


class Stat(_Panel):
    kind, width, height = "stat", 4, 4
    options = {"reduceOptions": REDUCE, "colorMode": "value", "graphMode": "area", "justifyMode": "auto",
               "orientation": "auto", "textMode": "auto", "wideLayout": True}


class Lines(_Panel):
    kind = "timeseries"
    custom = {"drawStyle": "line", "lineWidth": 1, "fillOpacity": 10, "showPoints": "auto", "spanNulls": False,
              "stacking": {"mode": "none", "group": "A"}}
    options = {"legend": {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []},
               "tooltip": {"mode": "multi", "sort": "desc"}}


class Stacked(Lines):
    custom = {**Lines.custom, "fillOpacity": 60, "stacking": {"mode": "normal", "group": "A"}}


class Bars(Lines):
    """By the hour or the day: one bar each, stacked."""
    custom = {**Lines.custom, "drawStyle": "bars", "fillOpacity": 80, "lineWidth": 0, "stacking": {"mode": "normal", "group": "A"}}


class Table(_Panel):
    kind = "table"
    custom = {"align": "auto", "cellOptions": {"type": "auto"}, "filterable": True, "inspect": False}
    options = {"showHeader": True, "cellHeight": "sm", "footer": {"show": False, "reducer": ["sum"], "countRows": False}}


class Ranking(_Panel):
    """One horizontal bar a row of the answer."""
    kind = "bargauge"
    options = {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": True, "limit": 25}, "orientation": "horizontal",
               "displayMode": "gradient", "showUnfilled": True, "valueMode": "color", "namePlacement": "auto", "sizing": "auto",
               "minVizHeight": 16, "minVizWidth": 8, "maxVizHeight": 300}


class Columns(_Panel):
    kind = "barchart"
    custom = {"lineWidth": 0, "fillOpacity": 80, "gradientMode": "none"}
    options = {"orientation": "auto", "showValue": "auto", "stacking": "normal", "groupWidth": 0.8, "barWidth": 0.9,
               "xTickLabelRotation": 0, "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []},
               "tooltip": {"mode": "multi", "sort": "none"}}


class Pie(_Panel):
    kind, width = "piechart", 8
    options = {"pieType": "donut", "displayLabels": ["percent"], "reduceOptions": {**REDUCE, "values": True},
               "legend": {"displayMode": "table", "placement": "right", "showLegend": True, "values": ["value", "percent"], "calcs": []},
               "tooltip": {"mode": "single", "sort": "none"}}


class Heat(_Panel):
    kind = "heatmap"
    options = {"calculate": False, "cellGap": 1, "cellValues": {"unit": "short"}, "yAxis": {"unit": "s", "axisPlacement": "left", "reverse": False},
               "color": {"mode": "scheme", "scheme": "Oranges", "steps": 64, "exponent": 0.5, "fill": "dark-orange", "reverse": False},
               "tooltip": {"mode": "single", "yHistogram": False, "showColorScale": False}, "legend": {"show": True},
               "rowsFrame": {"layout": "auto"}, "exemplars": {"color": "rgba(255,0,255,0.7)"}, "filterValues": {"le": 1e-9},
               "showValue": "never"}


class Row:
    def __init__(self, title):
        self.title = title


def _variable(name, label, query, **more):
    return {"name": name, "label": label, "type": "query", "datasource": SQL, "query": query, "definition": query,
            "refresh": 2, "sort": 0, "hide": 0, "regex": "", "skipUrlSync": False, "options": [], "multi": True,
            "includeAll": True, "allValue": None,
            "current": {"selected": True, "text": ["Todos"], "value": ["$__all"]}, **more}


# beyond 100 companies and 200 numbers the metrics say outros
EMPRESA = _variable("empresa", "Empresa",
    "select empresa from painel_empresas union all select 'outros' where (select count(*) from painel_empresas) > 100 order by 1",
    current={"selected": True, "text": ["Todas"], "value": ["$__all"]})
NUMERO = _variable("numero", "Número",
    "select numero || ' · ' || empresa as __text, numero_id::text as __value from painel_numeros where empresa in (${empresa:sqlstring})"
    " union all select 'outros', 'outros' where (select count(*) from painel_numeros) > 100 order by 1")
CAMPANHA = _variable("campanha", "Campanha",
    "select campanha as __text, campanha_id::text as __value from painel_campanhas_nomes where empresa in (${empresa:sqlstring})"
    " order by criada_em desc limit 500",
    multi=False, allValue="%", current={"selected": True, "text": "Todas", "value": "$__all"})


def dashboard(uid, title, about, parts, variables=(EMPRESA, NUMERO), since="now-24h", refresh="1m"):
    panels, x, y, height = [], 0, 0, 0
    for part in parts:
        if isinstance(part, Row):
            y, x = y + height, 0
            panels.append({"id": len(panels) + 1, "type": "row", "title": part.title, "collapsed": False, "panels": [],
                           "gridPos": {"x": 0, "y": y, "w": 24, "h": 1}})
            y, height = y + 1, 0
            continue
        if x + part.width > 24:
            x, y, height = 0, y + height, 0
        panels.append(part.json(len(panels) + 1, {"x": x, "y": y, "w": part.width, "h": part.height}))
        x, height = x + part.width, max(height, part.height)
    return {"uid": uid, "title": title, "description": about, "tags": ["carteiro"], "schemaVersion": 39, "version": 1,
            "editable": False, "graphTooltip": 1, "timezone": "browser", "weekStart": "", "liveNow": False, "fiscalYearStartMonth": 0,
            "time": {"from": since, "to": "now"}, "timepicker": {}, "refresh": refresh, "id": None,
            "annotations": {"list": []}, "templating": {"list": list(variables)}, "panels": panels,
            "links": [{"type": "dashboards", "title": "Carteiro", "tags": ["carteiro"], "asDropdown": True, "includeVars": True,
                       "keepTime": True, "icon": "external link", "targetBlank": False, "tooltip": "", "url": ""}]}
