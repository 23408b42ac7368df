package org.zennet.workbench.internal.model;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.osgi.util.NLS;
import org.zennet.api.container.Egress;
import org.zennet.api.container.ImageReference;
import org.zennet.api.value.Amount;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;
import org.zennet.services.publisher.RentService.Request;
import org.zennet.services.publisher.RentService.WitnessPolicy;

/**
 * What stands in the fields of the dialog that rents machines.
 *
 * @param machines how many
 * @param memory   of each, such as {@code 512M}
 * @param cores    of each, such as {@code 0.5}
 * @param disk     of each; 0 for none
 * @param backend  what isolates them
 * @param image    an image archive, or an image of a registry; empty for none
 * @param budget   the most that all may cost
 * @param time     for how long at most, such as {@code 4h}
 * @param egress   what programs on them may reach, such as {@code public}; empty for nothing
 * @param witness  whether the own witness runs on each, and what follows
 */
public record RentForm(int machines, String memory, String cores, String disk, String backend, String image, String budget, String time, String egress,
        WitnessPolicy witness) {
    /** Who can read what is on a rented machine. */
    public static final String READERS = Messages.rentReaders;
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})\\s*([KMGT])?(i?B)?");
    private static final Pattern TIME = Pattern.compile("([0-9]{1,6})\\s*(min|[mhd])");

    /**
     * What is wanted.
     *
     * @throws IllegalArgumentException with one line on what is wrong
     */
    public Request request() {
        if (!image.isBlank() && !backend.equals("docker") && !backend.equals("sandbox")) {
            throw new IllegalArgumentException(Messages.imageBackend);
        }
        if (image.isBlank() && backend.equals("docker")) {
            throw new IllegalArgumentException(Messages.dockerImage);
        }
        Optional<ImageReference> reference = ImageReference.looksLike(image.strip()) ? Optional.of(reference(image.strip())) : Optional.empty();
        return new Request(machines, new Resources(thousandths(cores), size(Messages.memory, memory), size(Messages.disk, disk.isBlank() ? "0" : disk)), backend,
                image.isBlank() || reference.isPresent() ? Optional.empty() : Optional.of(Path.of(image.strip())), reference, Amount.parse(budget.strip()), duration(time), Optional.empty(),
                Path.of(""), destinations(egress.strip()), witness);
    }

    private static ImageReference reference(String text) {
        try {
            return ImageReference.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(NLS.bind(Messages.badField, Messages.image, e.getMessage()), e);
        }
    }

    private static Egress destinations(String text) {
        try {
            return Egress.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(NLS.bind(Messages.badField, Messages.egress, e.getMessage()), e);
        }
    }

    private static int thousandths(String text) {
        if (!text.strip().matches("[0-9]{1,4}(\\.[0-9]{1,3})?")) {
            throw new IllegalArgumentException(NLS.bind(Messages.badCores, text));
        }
        return new BigDecimal(text.strip()).movePointRight(3).intValueExact();
    }

    private static long size(String field, String text) {
        Matcher m = SIZE.matcher(text.strip());
        if (!m.matches()) {
            throw new IllegalArgumentException(NLS.bind(Messages.badSize, field, text));
        }
        int shift = m.group(2) == null ? 0 : 10 * (1 + "KMGT".indexOf(m.group(2)));
        return Math.multiplyExact(Long.parseLong(m.group(1)), 1L << shift);
    }

    private static Duration duration(String text) {
        Matcher m = TIME.matcher(text.strip());
        if (!m.matches()) {
            throw new IllegalArgumentException(NLS.bind(Messages.badTime, text));
        }
        long n = Long.parseLong(m.group(1));
        return switch (m.group(2)) {
            case "h" -> Duration.ofHours(n);
            case "d" -> Duration.ofDays(n);
            default -> Duration.ofMinutes(n);
        };
    }

    /**
     * What it would cost at rates that were agreed before, at full load for the whole time.
     *
     * @param known rates of contracts that this node knows
     */
    public static String forecast(Request r, List<RateVector> known) {
        if (known.isEmpty()) {
            return NLS.bind(Messages.noContract, r.budget());
        }
        UsageVector load = r.resources().envelope(r.time().toMillis(), 0);
        Amount low = null;
        Amount high = Amount.ZERO;
        for (RateVector rates : known) {
            Amount cost;
            try {
                cost = rates.cost(load).times(r.machines());
            } catch (ArithmeticException e) {
                continue;
            }
            low = low == null ? cost : Amount.min(low, cost);
            high = Amount.max(high, cost);
        }
        if (low == null) {
            return NLS.bind(Messages.beyondCoins, r.budget());
        }
        String at = NLS.bind(Messages.atRates,
                new Object[] {Figures.count(known.size(), Messages.oneContract, Messages.manyContracts), Figures.duration(r.time()),
                    low.equals(high) ? NLS.bind(Messages.about, low) : NLS.bind(Messages.betweenAmounts, low, high)}) + " ";
        if (!high.isMoreThan(r.budget())) {
            return at + Messages.unusedUnpaid;
        }
        long lasts = (long) ((double) r.time().toMillis() * r.budget().zen() / high.zen());
        return at + NLS.bind(Messages.budgetLasts, r.budget(), Figures.duration(Duration.ofMillis(lasts)));
    }
}
