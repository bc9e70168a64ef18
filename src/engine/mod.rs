//! Joins the plan to the ports: observe, plan, execute, record, report.
