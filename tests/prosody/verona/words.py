"""What is spam and what is ham in Verona."""

SPAM = "Guaranteed profit every day, join our crypto channel now!"
HAM = "Hi, it is Rosaline from the choir, do you still have the tenor part?"
