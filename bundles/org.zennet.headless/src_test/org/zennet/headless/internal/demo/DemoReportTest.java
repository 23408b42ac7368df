package org.zennet.headless.internal.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.zennet.headless.internal.cli.Output;
import org.zennet.headless.internal.control.Json;

class DemoReportTest {
    private static final String JOB = """
            {"state":"DONE","tasksTotal":2,"tasksDone":2,"recomputed":true,"result":{"path":"/r","sha256":"aa","summary":"s"},"providers":[
            {"id":"p1","lease":"l1","state":"settled","rounds":2,"tasks":2,"promised":9,"paid":9,"released":3,"withheld":0,"honest":true,"caught":null,
             "settlement":"t1","settlementHeight":7,"usage":{},"rates":{}},
            {"id":"p2","lease":"l2","state":"settled","rounds":2,"tasks":2,"promised":9,"paid":8,"released":3,"withheld":0,"honest":true,"caught":null,
             "settlement":"t2","settlementHeight":7,"usage":{},"rates":{}}]}""";

    private static JsonNode report(String job, boolean conserved, List<Long> left, int liars) throws Exception {
        DemoReport r = new DemoReport();
        r.job(Json.MAPPER.readTree(job));
        r.miner(Json.MAPPER.readTree("{\"blocks\":3,\"fees\":5}"));
        r.conservation(((ObjectNode) Json.MAPPER.readTree("{}")).put("holds", conserved));
        r.processesLeft(left);
        return r.document(liars, 0, Optional.empty());
    }

    @Test
    void aCleanRunIsOk() throws Exception {
        JsonNode d = report(JOB, true, List.of(), 0);
        assertTrue(d.path("ok").asBoolean() && d.path("verified").asBoolean() && d.path("conserved").asBoolean(), d.toString());
        assertEquals("t1", d.path("providers").path(0).path("settlement").path("txid").asText());
    }

    @Test
    void eachFaultAloneMakesItFail() throws Exception {
        assertFalse(report(JOB, false, List.of(), 0).path("ok").asBoolean(), "coins are missing");
        assertFalse(report(JOB, true, List.of(5L), 0).path("ok").asBoolean(), "a process is left");
        assertFalse(report(JOB, true, List.of(), 1).path("ok").asBoolean(), "a liar was not caught");
        assertFalse(report(JOB.replace("\"recomputed\":true", "\"recomputed\":false"), true, List.of(), 0).path("verified").asBoolean());
        assertFalse(report(JOB.replace("\"tasksDone\":2", "\"tasksDone\":1"), true, List.of(), 0).path("ok").asBoolean(), "a task is missing");
        assertFalse(report(JOB.replaceFirst("\"settlementHeight\":7", "\"settlementHeight\":0"), true, List.of(), 0).path("ok").asBoolean(),
                "paid but not settled");
    }

    @Test
    void aKilledProviderThatSettledFromItsOwnDiskIsShownSo() throws Exception {
        DemoReport r = new DemoReport();
        r.job(Json.MAPPER.readTree(JOB));
        r.provider("provider-1", "p1", Json.MAPPER.readTree("[{\"id\":\"l1\",\"state\":\"SETTLED\",\"note\":\"this provider was restarted; settled from its own disk\"}]"));
        r.miner(Json.MAPPER.readTree("{}"));
        r.conservation(Json.MAPPER.readTree("{\"holds\":true}"));
        java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
        DemoReport.print(new Output(new java.io.PrintStream(out, true, java.nio.charset.StandardCharsets.UTF_8)), r.document(0, 0, Optional.of("provider-1")));
        String text = out.toString(java.nio.charset.StandardCharsets.UTF_8);
        assertEquals(1, text.lines().filter(l -> l.contains("says: this provider was restarted; settled from its own disk")).count(), text);
    }
}
