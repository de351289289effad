import java.util.ArrayList;
import java.util.List;

public class InsufficientFunds extends RuntimeException {
    private final int missing;

    public InsufficientFunds(int missing) {
        super(missing + " is missing");
        this.missing = missing;
    }

    public int missing() {
        return missing;
    }
}

public class Account {
    private final List<Integer> changes = new ArrayList<>();
    private int balance;

    public Account(String owner, int balance) {
        if (owner == null || owner.isEmpty() || balance < 0) {
            throw new IllegalArgumentException("an account needs an owner and no debt");
        }
        this.balance = balance;
    }

    public int balance() {
        return balance;
    }

    public int deposit(int amount) {
        return change(positive(amount));
    }

    public int withdraw(int amount) {
        if (positive(amount) > balance) {
            throw new InsufficientFunds(amount - balance);
        }
        return change(-amount);
    }

    public void transfer(Account other, int amount) {
        withdraw(amount);
        other.deposit(amount);
    }

    public List<Integer> history() {
        return changes;
    }

    private int positive(int amount) {
        if (amount <= 0) {
            throw new IllegalArgumentException("the amount is not positive");
        }
        return amount;
    }

    private int change(int amount) {
        changes.add(amount);
        balance += amount;
        return balance;
    }
}
