/** {@code make bench-warm}: what a warm pool is worth, beside cold starts and the engine's own unpause. */
package dev.mayfly.bench.warm;
