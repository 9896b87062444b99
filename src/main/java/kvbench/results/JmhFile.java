package kvbench.results;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.filter.FilteringParserDelegate;
import com.fasterxml.jackson.core.filter.TokenFilter;
import com.fasterxml.jackson.core.filter.TokenFilter.Inclusion;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;

import kvbench.model.InputException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Reads what JMH writes with {@code -rf json}.
 *
 * <p>Source: JMH 1.37, {@code org.openjdk.jmh.results.format.JSONResultFormat}. Scores, errors and
 * percentiles in the file are passed over: they are computed anew from the samples.
 */
public final class JmhFile {
    /** Before a profiler's metric, in JMH up to 1.35. */
    private static final String PROFILER_DOT = "\u00b7";

    private static final Map<String, Double> NON_FINITE =
            Map.of(
                    "NaN", Double.NaN,
                    "+INF", Double.POSITIVE_INFINITY,
                    "-INF", Double.NEGATIVE_INFINITY);

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                    .build();

    private final String source;
    private final Map<ForkJvm, ForkJvm> jvms = new HashMap<>();

    private JmhFile(String source) {
        this.source = source;
    }

    /** Passes over metrics that nobody wants before anything is made of them. */
    private static final class WantedMetrics extends TokenFilter {
        private final Predicate<String> wanted;

        WantedMetrics(Predicate<String> wanted) {
            this.wanted = wanted;
        }

        @Override
        public TokenFilter includeProperty(String name) {
            return name.equals("secondaryMetrics") ? new Secondary() : INCLUDE_ALL;
        }

        @Override
        public boolean includeEmptyArray(boolean contentsFiltered) {
            return true;
        }

        private final class Secondary extends TokenFilter {
            @Override
            public TokenFilter includeProperty(String name) {
                return wanted.test(withoutDot(name)) ? INCLUDE_ALL : null;
            }

            @Override
            public boolean includeEmptyObject(boolean contentsFiltered) {
                return true;
            }
        }
    }

    /**
     * The results in {@code file}, in its order.
     *
     * @throws InputException if the file cannot be read or is not what JMH writes
     */
    public static List<JmhResult> read(Path file) {
        return read(file, TokenFilter.INCLUDE_ALL);
    }

    /**
     * The results in {@code file}, in its order, with only some of their secondary metrics: of many
     * large files not all that is in them fits the memory.
     *
     * @param wanted takes the name of a metric
     * @throws InputException if the file cannot be read or is not what JMH writes
     */
    public static List<JmhResult> read(Path file, Predicate<String> wanted) {
        return read(file, new WantedMetrics(wanted));
    }

    private static List<JmhResult> read(Path file, TokenFilter filter) {
        var reader = new JmhFile(file.toString());
        try (InputStream stream = Files.newInputStream(file);
                JsonParser parser =
                        new FilteringParserDelegate(
                                JSON.createParser(stream),
                                filter,
                                Inclusion.INCLUDE_ALL_AND_PATH,
                                true)) {
            return reader.results(parser);
        } catch (JsonProcessingException e) {
            throw reader.unusable(
                    "JSON",
                    e.getLocation() == null ? "the start" : "line " + e.getLocation().getLineNr(),
                    "text that is not (" + withoutSource(e) + ")",
                    e);
        } catch (IOException e) {
            throw reader.unusable("a file that can be read", "the start", e.toString(), e);
        }
    }

    /** What is wrong, without what the parser says of where it read. */
    static String withoutSource(JsonProcessingException e) {
        return e.getOriginalMessage().replaceFirst("(?s) \\(start marker at .*", "");
    }

    /** One result after the other, so that no more than one is in memory as text. */
    private List<JmhResult> results(JsonParser parser) throws IOException {
        if (parser.nextToken() != JsonToken.START_ARRAY) {
            JsonNode root =
                    parser.currentToken() == null
                            ? MissingNode.getInstance()
                            : JSON.readTree(parser);
            throw unusable("an array of results", "the start", describe(root), null);
        }
        var results = new ArrayList<JmhResult>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            String where = "[" + results.size() + "]";
            JsonNode result = JSON.readTree(parser);
            require(result.isObject(), "a result", where, result);
            results.add(result(result, where));
        }
        if (parser.nextToken() != null) {
            throw unusable("nothing", "the end", "more after the array of results", null);
        }
        return List.copyOf(results);
    }

    private JmhResult result(JsonNode result, String where) {
        JsonNode threads = result.path("threads");
        require(
                threads.isInt() && threads.intValue() >= 1,
                "a number of threads",
                where + ".threads",
                threads);
        return new JmhResult(
                text(result, "benchmark", where),
                text(result, "mode", where),
                threads.intValue(),
                jvm(result),
                params(result.path("params"), where + ".params"),
                metric(result.path("primaryMetric"), where + ".primaryMetric"),
                secondary(result.path("secondaryMetrics"), where + ".secondaryMetrics"));
    }

    /** Older JMH tells nothing of it. One for all results that ran on the same. */
    private ForkJvm jvm(JsonNode result) {
        var arguments = new ArrayList<String>();
        result.path("jvmArgs").forEach(argument -> arguments.add(argument.asText()));
        return jvms.computeIfAbsent(
                new ForkJvm(
                        result.path("jdkVersion").asText(),
                        result.path("vmName").asText(),
                        result.path("vmVersion").asText(),
                        arguments),
                jvm -> jvm);
    }

    /** JMH leaves the field out where a benchmark has no parameters. */
    private Map<String, String> params(JsonNode params, String where) {
        var values = new LinkedHashMap<String, String>();
        if (params.isMissingNode()) {
            return values;
        }
        require(params.isObject(), "an object of parameters", where, params);
        for (Map.Entry<String, JsonNode> param : params.properties()) {
            values.put(param.getKey(), text(params, param.getKey(), where));
        }
        return values;
    }

    private Map<String, Metric> secondary(JsonNode metrics, String where) {
        require(metrics.isObject(), "an object of metrics", where, metrics);
        var byName = new LinkedHashMap<String, Metric>();
        for (Map.Entry<String, JsonNode> metric : metrics.properties()) {
            String key = metric.getKey();
            byName.put(withoutDot(key), metric(metric.getValue(), where + "." + key));
        }
        return byName;
    }

    private static String withoutDot(String key) {
        return key.startsWith(PROFILER_DOT) ? key.substring(1) : key;
    }

    private Metric metric(JsonNode metric, String where) {
        require(metric.isObject(), "a metric", where, metric);
        boolean histogram = metric.has("rawDataHistogram");
        String field = histogram ? "rawDataHistogram" : "rawData";
        String at = where + "." + field;
        var forks = new ArrayList<List<Double>>();
        for (JsonNode fork : array(metric.path(field), at)) {
            String forkAt = at + "[" + forks.size() + "]";
            var iterations = new ArrayList<Double>();
            for (JsonNode iteration : array(fork, forkAt)) {
                String iterationAt = forkAt + "[" + iterations.size() + "]";
                iterations.add(
                        histogram
                                ? histogramMean(iteration, iterationAt)
                                : number(iteration, iterationAt));
            }
            forks.add(iterations);
        }
        return new Metric(text(metric, "scoreUnit", where), forks);
    }

    /** Mean of the pairs [value, how often], NaN where there are none. */
    private double histogramMean(JsonNode pairs, String where) {
        double sum = 0;
        double count = 0;
        for (JsonNode pair : array(pairs, where)) {
            require(pair.isArray() && pair.size() == 2, "[value, count]", where, pair);
            double times = number(pair.get(1), where);
            sum += number(pair.get(0), where) * times;
            count += times;
        }
        return sum / count;
    }

    private double number(JsonNode node, String where) {
        if (node.isTextual() && NON_FINITE.containsKey(node.textValue())) {
            return NON_FINITE.get(node.textValue());
        }
        require(node.isNumber(), "a number or \"NaN\"", where, node);
        return node.doubleValue();
    }

    private String text(JsonNode parent, String field, String where) {
        JsonNode node = parent.path(field);
        require(node.isTextual(), "text", where + "." + field, node);
        return node.textValue();
    }

    private JsonNode array(JsonNode node, String where) {
        require(node.isArray(), "an array", where, node);
        return node;
    }

    private void require(boolean holds, String expected, String where, JsonNode found) {
        if (!holds) {
            throw unusable(expected, where, describe(found), null);
        }
    }

    /** The kind of a value: the value itself may be anything, of any length. */
    private static String describe(JsonNode node) {
        return switch (node.getNodeType()) {
            case MISSING -> "nothing";
            case NULL -> "null";
            case ARRAY -> "an array";
            case OBJECT -> "an object";
            case STRING -> "text";
            case NUMBER -> "a number";
            case BOOLEAN -> "true or false";
            case BINARY, POJO -> "no JSON";
        };
    }

    private InputException unusable(String expected, String where, String found, Throwable cause) {
        return InputException.unusable(
                "%s: expected %s at %s, found %s. Give a file that JMH wrote with -rf json."
                        .formatted(
                                source,
                                expected,
                                InputException.quote(where),
                                InputException.quote(found)),
                cause);
    }
}
