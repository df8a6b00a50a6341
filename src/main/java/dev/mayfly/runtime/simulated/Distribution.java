package dev.mayfly.runtime.simulated;

import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/** How long something takes, as a distribution. Every time drawn is 0 or more. */
public sealed interface Distribution {
    Duration draw(RandomGenerator random);

    /** Always the same time. */
    static Distribution fixed(Duration time) {
        return new Uniform(time, time);
    }

    /** Every millisecond between the two is as likely, both included. */
    static Distribution uniform(Duration least, Duration most) {
        return new Uniform(least, most);
    }

    /**
     * The distribution that starts and stops of real containers have: half of the times are below {@code median}, one in a hundred is
     * above {@code p99}.
     */
    static Distribution logNormal(Duration median, Duration p99) {
        return new LogNormal(median, p99);
    }

    /** One of these times, each as likely. */
    static Distribution measured(List<Duration> times) {
        return new Measured(List.copyOf(times));
    }

    /** @throws IllegalArgumentException if a time is negative or {@code most} is less than {@code least} */
    record Uniform(Duration least, Duration most) implements Distribution {
        public Uniform {
            require(!least.isNegative() && most.compareTo(least) >= 0, "the most must not be less than the least");
        }

        @Override
        public Duration draw(RandomGenerator random) {
            return least.equals(most)
                    ? least
                    : Duration.ofMillis(random.nextLong(least.toMillis(), most.toMillis() + 1));
        }
    }

    /** @throws IllegalArgumentException if the median is not positive, or {@code p99} is less */
    record LogNormal(Duration median, Duration p99) implements Distribution {
        /** The 99th percentile of the standard normal distribution. */
        private static final double Z99 = 2.3263478740408408;
        /** Beyond it a draw says nothing about a measured distribution. */
        private static final double MOST_DEVIATIONS = 4;

        public LogNormal {
            require(
                    median.isPositive() && p99.compareTo(median) >= 0,
                    "p99 must not be less than median, which is positive");
        }

        @Override
        public Duration draw(RandomGenerator random) {
            var sigma = Math.log((double) p99.toNanos() / median.toNanos()) / Z99;
            var deviations = Math.clamp(random.nextGaussian(), -MOST_DEVIATIONS, MOST_DEVIATIONS);
            return Duration.ofNanos(Math.round(median.toNanos() * Math.exp(sigma * deviations)));
        }
    }

    /** @throws IllegalArgumentException if there is no time, or one is negative */
    record Measured(List<Duration> times) implements Distribution {
        public Measured {
            require(
                    !times.isEmpty() && times.stream().noneMatch(Duration::isNegative),
                    "at least one time, none negative");
        }

        @Override
        public Duration draw(RandomGenerator random) {
            return times.get(random.nextInt(times.size()));
        }
    }

    private static void require(boolean valid, String otherwise) {
        if (!valid) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
