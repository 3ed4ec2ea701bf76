package org.cumae.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.cumae.forecast.ForecastModel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.time.LocalDate;

/// Series over HTTP.
class ForecastRouteTest {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static CumaeServer server;
    private static Client client;

    @BeforeAll
    static void start() {
        server = CumaeServer.start(ServerOptions.DEFAULT.withPort(0));
        client = new Client(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /// Days, of which each is 0.8 of the one before and of 0.2 of the mean, and a week's season.
    private static double value(int day) {
        return 20 + day % 7 + 0.01 * day;
    }

    private static ObjectNode asked(int days) {
        StringBuilder csv = new StringBuilder("ds,y\n");
        for (int day = 0; day < days; day++) {
            csv.append(LocalDate.of(2024, 1, 1).plusDays(day)).append(',');
            csv.append(day == 30 ? "" : value(day)).append('\n');
        }
        return MAPPER.createObjectNode().put("csv", csv.toString()).put("horizon", 14);
    }

    private static JsonNode answer(ObjectNode body) {
        Client.Answer got = client.post("/v1/forecast", body.toString());
        assertThat(got.status()).as(got.text()).isEqualTo(200);
        return got.json();
    }

    private static JsonNode refused(String body) {
        Client.Answer got = client.post("/v1/forecast", body);
        assertThat(got.status()).as(got.text()).isEqualTo(400);
        return got.json().get("error");
    }

    @Test
    void whatFollowsASeriesIsToldWithItsBandAndWeights() {
        JsonNode answer = answer(asked(140).put("lags", 8).put("history", 20));
        JsonNode series = answer.get("series").get(0);
        assertThat(series.get("values").asInt()).isEqualTo(140);
        assertThat(series.get("unknown").asInt()).isEqualTo(1);
        assertThat(series.get("every").asString()).isEqualTo("1 day");
        assertThat(series.get("period").asInt()).isEqualTo(7);
        JsonNode forecast = series.get("forecast");
        assertThat(forecast).hasSize(14);
        assertThat(forecast.get(0).get("time").asString()).startsWith("2024-05-20");
        for (int step = 0; step < 14; step++) {
            JsonNode one = forecast.get(step);
            assertThat(one.get("mean").asDouble()).isCloseTo(value(140 + step), within(0.5));
            assertThat(one.get("mean").asDouble())
                    .isBetween(one.get("lower").asDouble(), one.get("upper").asDouble());
        }
        assertThat(series.get("weights")).hasSize(8);
        JsonNode history = series.get("history");
        assertThat(history).hasSize(20);
        assertThat(history.get(19).get("value").asDouble()).isCloseTo(value(139), within(1e-9));
    }

    @Test
    void rowsAreATable() {
        ObjectNode body = asked(60);
        String[] lines = body.get("csv").asString().split("\n", -1);
        ObjectNode same = MAPPER.createObjectNode().put("horizon", 14);
        ArrayNode rows = same.putArray("rows");
        for (int i = 1; i <= 60; i++) {
            String[] fields = lines[i].split(",", -1);
            ObjectNode row = rows.addObject().put("ds", fields[0]);
            row.put("y", fields[1].isEmpty() ? null : Double.valueOf(fields[1]));
        }
        assertThat(answer(same).get("series")).isEqualTo(answer(body).get("series"));
    }

    @Test
    void theModelsAreListedAndEachForecasts() {
        JsonNode list = client.get("/cumae/v1/forecast").json().get("data");
        assertThat(list).hasSameSizeAs(ForecastModel.Kind.values());
        for (JsonNode one : list) {
            ObjectNode body = asked(100).put("model", one.get("id").asString());
            JsonNode forecast = answer(body).get("series").get(0).get("forecast");
            assertThat(forecast.get(13).get("mean").asDouble()).isBetween(15.0, 35.0);
        }
    }

    @Test
    void aShareAtTheEndIsForecastForComparison() {
        JsonNode evaluation =
                answer(asked(140).put("evaluate", 0.3)).get("series").get(0).get("evaluation");
        assertThat(evaluation.valueStream().map(one -> one.get("model").asString()))
                .containsExactly("least-squares", "seasonal", "naive");
        assertThat(evaluation.get(0).get("mse").asDouble())
                .isLessThan(evaluation.get(2).get("mse").asDouble());
    }

    @Test
    void theCalendarAndWhatIsKnownBesideMayExplain() {
        ObjectNode body = MAPPER.createObjectNode().put("horizon", 5).put("trend", "linear");
        body.putArray("seasons").add("week");
        body.putArray("regressors").add("price");
        ArrayNode rows = body.putArray("rows");
        for (int day = 0; day < 105; day++) {
            ObjectNode row = rows.addObject();
            row.put("ds", LocalDate.of(2024, 1, 1).plusDays(day).toString());
            row.put("y", day < 100 ? Double.valueOf(value(day) - 2 * (day * day % 5)) : null);
            row.put("price", day * day % 5);
        }
        JsonNode series = answer(body).get("series").get(0);
        assertThat(series.at("/effects/0/per_unit").asDouble()).isCloseTo(-2, within(0.01));
        for (int step = 0; step < 5; step++) {
            int day = 100 + step;
            JsonNode one = series.get("forecast").get(step);
            double expected = value(day) - 2 * (day * day % 5);
            assertThat(one.get("mean").asDouble()).isCloseTo(expected, within(0.1));
            assertThat(one.get("parts").propertyNames()).containsExactly("trend", "week", "price");
        }
        assertThat(refused(body.put("horizon", 6).toString()).get("message").asString())
                .contains("regressor price is not known at 2024-04-15");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{} | csv | either in csv",
                "{'csv': 'ds,y\\n2024-01-01,1', 'rows': []} | rows | either in csv",
                "{'csv': 'ds,y\\n2024-01-01,1\\n2024-01-02,x'} | csv | csv, line 3: column y: 'x'",
                "{'csv': 'ds,a,b\\n2024-01-01,1,2'} | csv | which column holds the values",
                "{'rows': 5} | rows | a list of objects",
                "{'rows': [5]} | rows | rows, row 0: it is NUMBER",
                "{'rows': [{'ds': '2024-01-01', 'y': 1}, {'ds': '2024-01-02'}]} | rows | row 1: it has no field y",
                "{'rows': [{'ds': '2024-01-01', 'y': [1]}]} | rows | row 0: field y is [1]",
                "{'csv': 'ds,y\\n2024-01-01,1', 'horizon': 0} | horizon | 0",
                "{'csv': 'ds,y\\n2024-01-01,1', 'horizon': 20000} | horizon | 10000",
                "{'csv': 'ds,y\\n2024-01-01,1', 'lags': 5000} | lags | 2000",
                "{'csv': 'ds,y\\n2024-01-01,1', 'coverage': 1.5} | coverage | 1.5"
            })
    void whatIsWrongIsToldByField(String body, String field, String words) {
        JsonNode error = refused(body.replace('\'', '"'));
        assertThat(error.get("param").asString()).isEqualTo(field);
        assertThat(error.get("message").asString().replace('"', '\'')).contains(words);
    }

    @Test
    void anUnknownModelIsToldWithTheNearest() {
        assertThat(refused(asked(60).put("model", "ar-nets").toString()).get("message").asString())
                .contains("did you mean 'ar-net'");
        assertThat(refused(asked(3).put("lags", 40).toString()).get("message").asString())
                .contains("3 values");
    }
}
