import java.util.List;

public interface Tariff {
    int price(int grams);
}

public class FlatTariff implements Tariff {
    private final int cents;

    public FlatTariff(int cents) {
        this.cents = cents;
    }

    @Override
    public int price(int grams) {
        if (grams <= 0) {
            throw new IllegalArgumentException("a parcel weighs something");
        }
        return cents;
    }
}

public class StepTariff implements Tariff {
    private final int[][] steps;

    public StepTariff(int[][] steps) {
        this.steps = steps;
    }

    @Override
    public int price(int grams) {
        if (grams <= 0) {
            throw new IllegalArgumentException("a parcel weighs something");
        }
        for (int[] step : steps) {
            if (grams <= step[0]) {
                return step[1];
            }
        }
        throw new IllegalArgumentException("the parcel is too heavy");
    }
}

public class PostOffice {
    public static int cheapest(List<Tariff> tariffs, int grams) {
        int best = -1;
        for (Tariff tariff : tariffs) {
            try {
                int price = tariff.price(grams);
                best = best < 0 ? price : Math.min(best, price);
            } catch (IllegalArgumentException refused) {
                continue;
            }
        }
        return best;
    }
}
