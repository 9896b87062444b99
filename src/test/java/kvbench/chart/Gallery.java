package kvbench.chart;

import kvbench.chart.BarChart.Bar;
import kvbench.chart.IntervalChart.Emphasis;
import kvbench.chart.XyChart.Point;
import kvbench.chart.XyChart.Series;
import kvbench.chart.XyChart.Spread;
import kvbench.chart.XyChart.Style;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Charts of the kinds that a report has, with made-up numbers. {@code main} writes them into a
 * folder to look at.
 */
final class Gallery {
    static final long SEED = 7;
    private static final double MIB = 1 << 20;
    private static final double[] DEPTHS = {128, 512, 2048, 8192};
    private static final List<String> EXACT = List.of("none", "dynamic", "static");

    private Gallery() {}

    static Map<String, Chart> charts() {
        var charts = new LinkedHashMap<String, Chart>();
        charts.put("bars", bars());
        charts.put("bars-long-names", barsOfLongNames());
        charts.put("bars-grouped", groupedBars());
        charts.put("bars-phases", barsByPhase());
        charts.put("turns", turns());
        charts.put("depth", timeAgainstDepth());
        charts.put("memory", memoryAgainstDepth());
        charts.put("itl", distribution());
        charts.put("frontier", memoryAgainstSpeed());
        charts.put("history", history());
        charts.put("forest", forest());
        charts.put("errors", compared());
        charts.put("crowded", crowded());
        charts.put(
                "empty",
                XyChart.of(
                        "Nothing yet",
                        "An empty chart.",
                        Axis.linear("x"),
                        Axis.linear("y"),
                        List.of()));
        charts.put("one-point", onePoint());
        return charts;
    }

    static BarChart bars() {
        return BarChart.of(
                "Decode throughput at depth 2048, SmolLM2-135M",
                "Tokens per second of three strategies.",
                Axis.linear("tokens / s (more is better)"),
                List.of(
                        Bar.of("none", 3.21, 3.05, 3.4),
                        Bar.of("dynamic", 41.8, 39.9, 43.6),
                        Bar.of("static", 57.3, 56.6, 58.1)));
    }

    static BarChart barsOfLongNames() {
        var random = new Random(SEED);
        List<String> names =
                List.of(
                        "none",
                        "dynamic",
                        "static",
                        "host",
                        "chunked, 256 tokens a block",
                        "static-graph",
                        "scatter",
                        "window, 1024 tokens",
                        "sink, 4 + 1020 tokens",
                        "int8, per channel and per token",
                        "int4",
                        "fp8",
                        "fp16",
                        "heavy-hitter, 512 tokens",
                        "static (base of the comparison)");
        return BarChart.of(
                "Held memory",
                "Bytes held by fifteen strategies.",
                Axis.linear("held").inBytes(),
                names.stream()
                        .map(name -> Bar.of(name, (20 + random.nextInt(300)) * MIB))
                        .toList());
    }

    static BarChart groupedBars() {
        var random = new Random(SEED);
        var groups = new ArrayList<BarChart.Group>();
        for (String device : List.of("cpu", "cuda", "coreml")) {
            var bars = new ArrayList<Bar>();
            for (String name : List.of("none", "dynamic", "static", "host", "chunked")) {
                double value = 10 + 30 * random.nextDouble();
                bars.add(Bar.of(name, value, value * 0.95, value * 1.06));
            }
            groups.add(new BarChart.Group(device, bars));
        }
        return new BarChart(
                "Throughput by device",
                "Tokens per second by device.",
                Axis.linear("tokens / s"),
                groups);
    }

    static BarChart barsByPhase() {
        var groups = new ArrayList<BarChart.Group>();
        for (String name : EXACT) {
            double base = 10 * (1 + EXACT.indexOf(name));
            groups.add(
                    new BarChart.Group(
                            name,
                            List.of(
                                    Bar.of("pp 512", 12 + base, 11 + base, 13 + base),
                                    Bar.of("tg 128 @ d 512", base, base - 1, base + 1),
                                    Bar.of("tg 128 @ d 2048", 0.7 * base))));
        }
        return new BarChart(
                "Throughput by phase",
                "Tokens per second by phase.",
                Axis.linear("tokens / s"),
                groups);
    }

    static XyChart turns() {
        var random = new Random(SEED);
        var series = new ArrayList<Series>();
        var medians = new ArrayList<Series>();
        for (int at = 0; at < EXACT.size(); at++) {
            var dots = new ArrayList<Point>();
            var median = new ArrayList<Point>();
            for (int turn = 1; turn <= 15; turn++) {
                double level =
                        new double[] {0.9 + 0.35 * turn, 0.5 + 0.06 * turn, 0.45 + 0.01 * turn}[at];
                double[] times =
                        random.doubles(12)
                                .map(noise -> level * (0.92 + 0.2 * noise * noise))
                                .sorted()
                                .toArray();
                for (int repetition = 0; repetition < times.length; repetition++) {
                    dots.add(
                            Point.of(turn, times[repetition])
                                    .withTip(
                                            EXACT.get(at)
                                                    + ", turn "
                                                    + turn
                                                    + ", fork "
                                                    + repetition));
                }
                median.add(Point.of(turn, (times[5] + times[6]) / 2));
            }
            series.add(Series.of(EXACT.get(at), Style.DOTS, dots));
            medians.add(Series.of(EXACT.get(at), Style.LINE, median));
        }
        series.addAll(medians);
        return XyChart.of(
                "Time of each turn of a conversation, 12 repetitions and their median",
                "Seconds of each of 15 turns.",
                Axis.linear("turn"),
                Axis.linear("seconds a turn").fromZero(),
                series);
    }

    static XyChart timeAgainstDepth() {
        var series = new ArrayList<Series>();
        for (String name : List.of("none", "dynamic", "static", "chunked")) {
            double factor =
                    Map.of("none", 100.0, "dynamic", 1.6, "chunked", 1.25).getOrDefault(name, 1.0);
            series.add(
                    Series.of(
                            name,
                            Style.LINE,
                            DoubleStream.of(DEPTHS)
                                    .mapToObj(
                                            depth -> {
                                                double time =
                                                        factor
                                                                * (11 + depth / 300)
                                                                * (name.equals("none")
                                                                        ? depth / 2048
                                                                        : 1);
                                                return Point.of(
                                                        depth, time, time * 0.9, time * 1.13);
                                            })
                                    .toList()));
        }
        return XyChart.of(
                "Time per output token against depth",
                "Milliseconds a token at four depths, with the span of the forks.",
                Axis.log("depth (tokens)"),
                Axis.log("ms a token"),
                series);
    }

    static XyChart memoryAgainstDepth() {
        double perToken = 23_040;
        var series = new ArrayList<Series>();
        series.add(line("dynamic", Style.DOTS, depth -> depth * perToken * 1.04));
        series.add(line("static", Style.DOTS, depth -> 8192 * perToken + 300_000));
        series.add(line("dynamic (computed)", Style.DASHED, depth -> depth * perToken));
        series.add(line("static (computed)", Style.DASHED, depth -> 8192 * perToken));
        return XyChart.of(
                "Held memory against depth",
                "Bytes held, and what the geometry predicts.",
                Axis.linear("depth (tokens)").fromZero(),
                Axis.linear("held").inBytes().fromZero(),
                series);
    }

    private static Series line(
            String name, Style style, java.util.function.DoubleUnaryOperator value) {
        return Series.of(
                name,
                style,
                IntStream.rangeClosed(1, 8)
                        .mapToObj(step -> Point.of(step * 1024, value.applyAsDouble(step * 1024)))
                        .toList());
    }

    static XyChart distribution() {
        var random = new Random(SEED);
        var series = new ArrayList<Series>();
        for (String name : EXACT) {
            double level = Map.of("none", 200.0, "dynamic", 21.0).getOrDefault(name, 14.0);
            double[] times =
                    random.doubles(400)
                            .map(noise -> level * Math.exp(0.08 * -Math.log(noise)))
                            .sorted()
                            .toArray();
            series.add(
                    Series.of(
                            name,
                            Style.STEP,
                            IntStream.range(0, times.length)
                                    .mapToObj(at -> Point.of(times[at], (at + 1.0) / times.length))
                                    .toList()));
        }
        return XyChart.of(
                "Gaps between tokens",
                "Share of the gaps that are at most so long.",
                Axis.log("inter-token latency (ms)"),
                Axis.linear("share of tokens").fromZero().inPercent(),
                series);
    }

    static XyChart memoryAgainstSpeed() {
        Object[][] points = {
            {"none", 0.4, 3.2},
            {"dynamic", 45.0, 41.8},
            {"static", 88.0, 57.3},
            {"host", 47.0, 38.0},
            {"chunked", 52.0, 51.0},
            {"window", 22.0, 58.9},
            {"sink", 23.0, 58.1},
            {"int8", 26.0, 49.0},
            {"int4", 15.0, 44.0},
            {"fp16", 46.0, 52.0},
            {"heavy-hitter", 24.0, 43.0}
        };
        var series = new ArrayList<Series>();
        for (Object[] point : points) {
            String name = (String) point[0];
            series.add(
                    Series.of(
                            name,
                            Style.DOTS,
                            List.of(
                                    Point.of((double) point[1] * MIB, (double) point[2])
                                            .withLabel(name))));
        }
        series.add(
                Series.of(
                        "frontier",
                        Style.DASHED,
                        List.of(
                                Point.of(0.4 * MIB, 3.2),
                                Point.of(15 * MIB, 44),
                                Point.of(22 * MIB, 58.9))));
        return XyChart.of(
                "Memory against speed",
                "Each strategy by the bytes it holds and the tokens it gives a second.",
                Axis.log("held").inBytes(),
                Axis.linear("tokens / s").fromZero(),
                series);
    }

    static XyChart history() {
        var random = new Random(SEED);
        var commits = new ArrayList<String>();
        for (int at = 0; at < 20; at++) {
            commits.add("%07x".formatted(random.nextInt(1 << 28)));
        }
        var series = new ArrayList<Series>();
        for (String name : List.of("dynamic", "static")) {
            var points = new ArrayList<Point>();
            for (int at = 0; at < 20; at++) {
                double level =
                        (name.equals("static") ? 50 : 38)
                                + (at >= 7 ? 6 : 0)
                                - (at >= 15 ? 3 : 0)
                                + random.nextDouble();
                points.add(Point.of(at, level, level - 1, level + 1));
            }
            series.add(new Series(name, Style.LINE, Spread.ERROR_BARS, points));
        }
        return new XyChart(
                "Decode throughput over the last 20 commits",
                "Tokens per second of each commit.",
                Axis.named("", commits),
                Axis.linear("tokens / s"),
                series,
                List.of(
                        new XyChart.Marker(7, "+14 % static, dynamic"),
                        new XyChart.Marker(9, "runtime 1.29"),
                        new XyChart.Marker(15, "-5 % static, dynamic and the rest")));
    }

    static IntervalChart forest() {
        var random = new Random(SEED);
        var rows = new ArrayList<IntervalChart.Row>();
        for (String benchmark :
                List.of("prefill pp 512", "decode tg 128 @ d 512", "conversation, 15 turns")) {
            for (String name :
                    List.of("none", "dynamic", "static", "host", "chunked", "static-graph")) {
                double ratio = Math.exp(0.07 * random.nextGaussian());
                double half = 0.005 + 0.02 * random.nextDouble();
                Emphasis emphasis =
                        ratio - half > 1.02
                                ? Emphasis.BETTER
                                : ratio + half < 0.98 ? Emphasis.WORSE : Emphasis.NONE;
                rows.add(
                        new IntervalChart.Row(
                                benchmark + ", " + name,
                                ratio,
                                ratio - half,
                                ratio + half,
                                emphasis));
            }
        }
        return new IntervalChart(
                "Candidate against baseline",
                "Eighteen ratios with their 95 % intervals.",
                "throughput, candidate / baseline (right is better)",
                IntervalChart.DEFAULT_THRESHOLD,
                rows);
    }

    static XyChart compared() {
        var series = new ArrayList<Series>();
        for (String name :
                List.of(
                        "static (base)",
                        "static",
                        "my-own strategy",
                        "another",
                        "window",
                        "int8")) {
            double factor = 1 + name.length() / 10.0;
            series.add(
                    new Series(
                            name,
                            Style.LINE,
                            Spread.ERROR_BARS,
                            Arrays.stream(DEPTHS)
                                    .mapToObj(
                                            depth ->
                                                    Point.of(
                                                            depth,
                                                            factor * 10 + depth / 500,
                                                            factor * 9 + depth / 500,
                                                            factor * 11 + depth / 500))
                                    .toList()));
        }
        return XyChart.of(
                "Time to first token",
                "Milliseconds.",
                Axis.log("prompt (tokens)"),
                Axis.linear("ms").fromZero(),
                series);
    }

    static XyChart crowded() {
        List<String> names =
                List.of(
                        "none",
                        "dynamic",
                        "static",
                        "host",
                        "chunked",
                        "static-graph",
                        "scatter",
                        "window",
                        "sink",
                        "int8",
                        "int4",
                        "fp8",
                        "fp16",
                        "heavy-hitter");
        var series = new ArrayList<Series>();
        for (String name : names) {
            series.add(
                    line(
                            name,
                            Style.LINE,
                            depth -> (1 + names.indexOf(name)) * (2 + depth / 4000)));
        }
        return XyChart.of(
                "Fourteen strategies in one chart, under a title that is so long that it does not"
                        + " fit on one line of the picture and has to go on below",
                "Fourteen lines.",
                Axis.linear("depth (tokens)").fromZero(),
                Axis.linear(
                                "ms a token, of whatever it is that this long label of an axis has"
                                        + " to say")
                        .fromZero(),
                series);
    }

    static XyChart onePoint() {
        return XyChart.of(
                "One point",
                "A single point.",
                Axis.log("depth (tokens)"),
                Axis.linear("ms"),
                List.of(Series.of("static", Style.LINE, List.of(Point.of(512, 12.5, 12, 13)))));
    }

    static void main(String[] args) throws IOException {
        Path folder = Files.createDirectories(Path.of(args[0]));
        long start = System.nanoTime();
        var renderer = new ChartRenderer();
        var page =
                new StringBuilder(
                        "<!doctype html><meta"
                                + " charset=utf-8><style>body{max-width:760px;margin:auto}");
        page.append("@media (prefers-color-scheme: dark){body{background:#0d1117}}")
                .append(ChartRenderer.darkModeCss());
        page.append("</style>");
        var svgs = new LinkedHashMap<String, String>();
        charts().forEach((slug, chart) -> svgs.put(slug, renderer.svg(chart, slug)));
        System.out.printf(
                "%d charts cold: %d ms%n", svgs.size(), (System.nanoTime() - start) / 1_000_000);
        for (var entry : charts().entrySet()) {
            for (int time = 0; time < 5; time++) {
                start = System.nanoTime();
                renderer.svg(entry.getValue(), entry.getKey());
            }
            System.out.printf(
                    "%s: %d bytes, %d ms%n",
                    entry.getKey(),
                    svgs.get(entry.getKey()).length(),
                    (System.nanoTime() - start) / 1_000_000);
            Files.writeString(folder.resolve(entry.getKey() + ".svg"), svgs.get(entry.getKey()));
            Files.write(folder.resolve(entry.getKey() + ".png"), renderer.png(entry.getValue(), 1));
            page.append(svgs.get(entry.getKey()));
        }
        Files.writeString(folder.resolve("page.html"), page);
    }
}
