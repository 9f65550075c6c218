"""What must hold whatever goes wrong: one pure function for each invariant of the failure model.

May import the domain, the journal's readers and the evidence; never the world it judges.
Start reading at `case.py`, then `orders.py`.
"""
