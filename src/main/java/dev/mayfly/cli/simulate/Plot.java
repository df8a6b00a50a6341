package dev.mayfly.cli.simulate;

import dev.mayfly.cli.Complaint.Refusal;
import dev.mayfly.cli.Printable;
import dev.mayfly.simulation.SimulationResult;
import dev.mayfly.simulation.SimulationResult.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws the course of simulations over time. */
final class Plot {
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 600;

    private Plot() {}

    /**
     * Writes a PNG. Needs no display.
     *
     * @param results by the name of the variant
     * @throws Refusal if the file can't be written
     */
    static void write(String title, Map<String, SimulationResult> results, Path file) {
        System.setProperty("java.awt.headless", "true");
        try {
            if (file.toAbsolutePath().getParent() != null) {
                Files.createDirectories(file.toAbsolutePath().getParent());
            }
            try (var out = Files.newOutputStream(file)) {
                BitmapEncoder.saveBitmap(chart(title, results), out, BitmapFormat.PNG);
            }
        } catch (LinkageError | InternalError noFonts) { // as in the operator's image
            throw new Refusal("This Java has nothing to draw with: leave --plot out, or run make simulate");
        } catch (IOException unwritable) {
            throw new Refusal(
                    "'" + Printable.of(file.toString()) + "' can't be written: name another file with --plot");
        }
    }

    private static XYChart chart(String title, Map<String, SimulationResult> results) {
        var chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle("seconds")
                .yAxisTitle("replicas")
                .build();
        chart.getStyler().setLegendPosition(LegendPosition.InsideSE);
        chart.getStyler().setXAxisDecimalPattern("#,##0").setYAxisDecimalPattern("#,##0");
        results.forEach((name, result) -> {
            add(chart, name + ": ready", result, Sample::ready);
            add(chart, name + ": containers", result, Sample::containers);
            if (rollsOut(result)) {
                add(chart, name + ": ready and changed", result, Sample::updated);
            }
        });
        return chart;
    }

    private static boolean rollsOut(SimulationResult result) {
        return result.samples().stream().anyMatch(sample -> sample.updated() < sample.ready());
    }

    private static void add(XYChart chart, String name, SimulationResult result, ToIntFunction<Sample> value) {
        var seconds = result.samples().stream()
                .mapToDouble(sample -> sample.at().toMillis() / 1000.0)
                .toArray();
        var replicas =
                result.samples().stream().mapToInt(value).asDoubleStream().toArray();
        chart.addSeries(name, seconds, replicas).setMarker(SeriesMarkers.NONE);
    }
}
