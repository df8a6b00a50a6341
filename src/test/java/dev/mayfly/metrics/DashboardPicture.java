package dev.mayfly.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws the chart's dashboard: its panels where Grafana has them, with their titles, units, legends and curves. */
public final class DashboardPicture {
    private static final int COLUMN = 60;
    private static final int ROW = 36;
    private static final int COLUMNS = 24;
    private static final Font SMALL = new Font(Font.SANS_SERIF, Font.PLAIN, 9);
    private static final Pattern LABEL = Pattern.compile("\\{\\{(\\w+)}}");

    private final Function<String, JsonNode> ranges;
    private final String job;
    private final Map<String, Integer> drawn = new LinkedHashMap<>();

    private DashboardPicture(Function<String, JsonNode> ranges, String job) {
        this.ranges = ranges;
        this.job = job;
    }

    /**
     * @param ranges the series of an expression over time, as a Prometheus answers
     * @param job the one of Prometheus' jobs that is shown
     * @return the number of curves by the title of the panel, without rows
     * @throws AssertionError if a legend names a label that a series does not have
     */
    public static Map<String, Integer> write(Function<String, JsonNode> ranges, String job, Path file)
            throws IOException {
        System.setProperty("java.awt.headless", "true");
        var picture = new DashboardPicture(ranges, job);
        Files.createDirectories(file.getParent());
        ImageIO.write(picture.image(), "png", file.toFile());
        return picture.drawn;
    }

    private BufferedImage image() {
        var last = Dashboard.panels().getLast().get("gridPos");
        var height = last.get("y").asInt() + last.get("h").asInt();
        var image = new BufferedImage(COLUMNS * COLUMN, height * ROW, BufferedImage.TYPE_INT_RGB);
        var canvas = image.createGraphics();
        canvas.setColor(Color.WHITE);
        canvas.fillRect(0, 0, image.getWidth(), image.getHeight());
        Dashboard.panels().forEach(panel -> draw(panel, canvas));
        canvas.dispose();
        return image;
    }

    private void draw(JsonNode panel, Graphics2D canvas) {
        var place = panel.get("gridPos");
        var x = place.get("x").asInt() * COLUMN;
        var y = place.get("y").asInt() * ROW;
        var title = panel.get("title").asText();
        switch (panel.get("type").asText()) {
            case "row" -> text(canvas, title, x, y, 18);
            case "timeseries" -> {
                var width = place.get("w").asInt() * COLUMN;
                var height = place.get("h").asInt() * ROW;
                canvas.drawImage(BitmapEncoder.getBufferedImage(chart(panel, title, width, height)), x, y, null);
            }
            default -> {
                text(canvas, title, x, y, 14);
                var line = 1;
                for (var value : values(panel).entrySet()) {
                    text(canvas, value.getKey() + " " + value.getValue(), x, y + line++ * 24, 16);
                }
            }
        }
    }

    private static void text(Graphics2D canvas, String text, int x, int y, int size) {
        canvas.setColor(Color.DARK_GRAY);
        canvas.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, size));
        canvas.drawString(text, x + 8, y + 22);
    }

    private XYChart chart(JsonNode panel, String title, int width, int height) {
        var unit = panel.at("/fieldConfig/defaults/unit").asText();
        var chart = new XYChartBuilder()
                .width(width)
                .height(height)
                .title(title + (unit.equals("short") ? "" : " [" + unit + "]"))
                .build();
        chart.getStyler()
                .setLegendPosition(LegendPosition.OutsideE)
                .setLegendFont(SMALL)
                .setLegendPadding(2);
        chart.getStyler().setXAxisTicksVisible(false).setPlotGridLinesVisible(false);
        series(panel)
                .forEach((name, points) -> chart.addSeries(name, column(points, 0), column(points, 1))
                        .setMarker(SeriesMarkers.NONE));
        return chart;
    }

    /** The newest value of each series, or for an instant vector of texts its labels. */
    private Map<String, String> values(JsonNode panel) {
        var values = new LinkedHashMap<String, String>();
        series(panel)
                .forEach((name, points) ->
                        values.put(name, points.get(points.size() - 1).get(1).asText()));
        return values;
    }

    /** Points of each series that the panel shows, by its legend. */
    private Map<String, JsonNode> series(JsonNode panel) {
        var all = new LinkedHashMap<String, JsonNode>();
        for (var target : panel.get("targets")) {
            for (var series : ranges.apply(Dashboard.filled(target.get("expr").asText(), job))) {
                all.put(legend(target.get("legendFormat").asText(), series.get("metric")), series.get("values"));
            }
        }
        drawn.put(panel.get("title").asText(), all.size());
        return all;
    }

    private static String legend(String format, JsonNode labels) {
        return format.isEmpty()
                ? labels.toString()
                : LABEL.matcher(format).replaceAll(label -> {
                    if (!labels.has(label.group(1))) {
                        throw new AssertionError(format + " names a label that is not in " + labels);
                    }
                    return labels.get(label.group(1)).asText();
                });
    }

    private static double[] column(JsonNode points, int column) {
        return StreamSupport.stream(points.spliterator(), false)
                .mapToDouble(point -> point.get(column).asDouble())
                .toArray();
    }
}
